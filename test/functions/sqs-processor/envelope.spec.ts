import assert from "node:assert/strict";
import fc from "fast-check";
import { Drop, type DropReason } from "../../../functions/sqs-processor/drop.ts";
import { readBody } from "../../../functions/sqs-processor/envelope.ts";
import { jsonText } from "../support/json-text.ts";

const ORIGIN = { messageId: "sqs-id", sentTimestamp: "1795416360000" };
const FROM_SQS = { messageId: "sqs-id", publishTime: "1795416360000000" };
const NO_KEYS = { idempotencyKey: null, periodReference: null, correlationId: null };
const TIME = "2026-11-23T06:46:00Z";

/** What a body says, with its tokens and its payload read. */
function read(body: string): Record<string, unknown> {
  const envelope = readBody(body, ORIGIN);
  if (envelope instanceof Drop) return { dropped: envelope.reason };
  const { payload, messageId, publishTime, keys } = envelope;
  const values = Object.entries(keys).map(([name, token]) => [name, JSON.parse(token)]);
  return {
    messageId: JSON.parse(messageId),
    publishTime,
    ...Object.fromEntries(values),
    payload: JSON.parse(`"${Buffer.from(payload).toString()}"`),
  };
}

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const push = (data: string, more = "") => `{"message":{"data":${JSON.stringify(data)}${more}},"subscription":"s"}`;

describe("readBody", () => {
  describe("a plain body", () => {
    const bodies: Record<string, string> = {
      "an object": '{"b":1,"a":[2, 3]}',
      "an empty object": "{}",
      "a payload without an identity": '{"payload":{"a":1}}',
      "an identity without a payload": `{"messageId":7,"publishTime":"nonsense"}`,
      "a message without data": '{"message":{"messageId":"m"}}',
      "a message whose data is no string": '{"message":{"data":{"a":1},"messageId":"m"}}',
      "a message that is no object": '{"message":"hello"}',
      "prototype names": '{"__proto__":{"payload":1,"messageId":"x"},"constructor":{"name":"y"}}',
      "numbers that no double holds, escapes and spacing":
        '{"n":9007199254740993.10, "s":"\\u00e9\\/",\r\n\t"10":1,"2":1 }',
    };
    for (const [what, body] of Object.entries(bodies)) {
      it(`is its own payload, and SQS's identity its own: ${what}`, () => {
        assert.deepEqual(read(body), { ...FROM_SQS, ...NO_KEYS, payload: body });
      });
    }

    it("loses the white space around it, and nothing else", () => {
      assert.equal(read(' \n{ "a" : 1 }\t ').payload, '{ "a" : 1 }');
    });

    it("is carried byte for byte, whatever object it is", () => {
      fc.assert(
        fc.property(jsonText().object, (body) => assert.equal(read(body).payload, body)),
        { numRuns: 300 },
      );
    });
  });

  describe("the Pub/Sub form", () => {
    it("takes payload, id and time from the body", () => {
      const body = `{"messageId":"m-1","publishTime":"${TIME}","payload":{"a" : 1}}`;
      assert.deepEqual(read(body), {
        messageId: "m-1",
        publishTime: "1795416360000000",
        ...NO_KEYS,
        payload: '{"a" : 1}',
      });
    });

    it("finds them in any order, and by keys that are written with escapes", () => {
      const body = `{"\\u0070ayload":{"a":1},"publishTime":"${TIME.replace("2", "\\u0032")}","message\\u0049d":"m"}`;
      assert.equal(read(body).messageId, "m");
      assert.equal(read(body).publishTime, "1795416360000000");
      assert.equal(read(body).payload, '{"a":1}');
    });

    it("takes the last of repeated keys, as JSON.parse does", () => {
      const body =
        '{"messageId":"old","payload":{"correlationId":"old","a":1},"messageId":"new","payload":{"b":2,"_metadata":1}}';
      assert.deepEqual(read(body), {
        ...FROM_SQS,
        ...NO_KEYS,
        messageId: "new",
        payload: '{"b":2,"_metadata":1}',
      });
    });

    it("carries any payload byte for byte", () => {
      fc.assert(
        fc.property(jsonText().value, fc.constantFrom("", " ", "\n\t "), (payload, space) => {
          const carried = read(`{"messageId":"m","payload":${space}${payload}${space}}`).payload;
          const content: unknown = JSON.parse(payload);
          if (typeof content !== "string" || !/^\s*[[{]/.test(content)) assert.equal(carried, payload);
        }),
        { numRuns: 500 },
      );
    });

    it("carries a payload that is a string of an object's or an array's text as that text", () => {
      fc.assert(
        fc.property(jsonText().object, (text) => {
          const inString = (content: string) => `{"messageId":"m","payload":${JSON.stringify(content)}}`;
          assert.equal(read(inString(text)).payload, text);
          assert.equal(read(inString(` [${text}]\n`)).payload, `[${text}]`);
        }),
      );
    });

    const kept = [
      '"text"',
      '""',
      '"{"',
      '"{\\"a\\":"',
      '"12"',
      '"null"',
      '"\\"{}\\""',
      "12",
      "1.50",
      "true",
      "null",
      "[]",
    ];
    for (const payload of kept) {
      it(`carries ${payload} as it stands`, () => {
        assert.equal(read(`{"messageId":"m","payload":${payload}}`).payload, payload);
      });
    }
  });

  describe("the push envelope", () => {
    it("takes id and time from the message, and the payload from its data", () => {
      const body = push(base64('{"n":12345678901234567890}'), `,"messageId":"m-1","publishTime":"${TIME}"`);
      assert.deepEqual(read(body), {
        messageId: "m-1",
        publishTime: "1795416360000000",
        ...NO_KEYS,
        payload: '{"n":12345678901234567890}',
      });
    });

    it("takes data in standard or URL-safe base64, padded or not", () => {
      const text = '{"a":"???>>>ÿ"}';
      const padded = base64(text);
      for (const data of [padded, padded.replace(/=+$/, ""), Buffer.from(text).toString("base64url")]) {
        assert.equal(read(push(data)).payload, text);
      }
      assert.ok(/[+/]/.test(padded));
    });

    it("takes data whose slashes are written with escapes", () => {
      const body = push(base64('{"a":"???"}')).replaceAll("/", "\\/");
      assert.ok(body.includes("\\/"));
      assert.equal(read(body).payload, '{"a":"???"}');
    });

    it("carries data that is not an object as it stands, without the white space around it", () => {
      for (const text of ["[1]", '"{}"', " 7 ", "null"]) assert.equal(read(push(base64(text))).payload, text.trim());
    });

    it("carries any data byte for byte", () => {
      fc.assert(fc.property(jsonText().value, (text) => assert.equal(read(push(base64(text))).payload, text)));
    });
  });

  describe("the identity", () => {
    const ids: Record<string, unknown> = {
      '"m-1"': "m-1",
      '"ünï \\"\\u00e9\\/"': 'ünï "é/',
      "12345678901234567890": "12345678901234567890",
      "-1.50e3": "-1.50e3",
      null: "sqs-id",
    };
    for (const [token, id] of Object.entries(ids)) {
      it(`is ${id} where messageId is ${token}`, () => {
        assert.equal(read(`{"messageId":${token},"payload":{}}`).messageId, id);
        assert.equal(read(push("e30", `,"messageId":${token}`)).messageId, id);
      });
    }

    it("comes from SQS where the body carries none, or null", () => {
      assert.equal(read(`{"publishTime":"${TIME}","payload":{}}`).messageId, "sqs-id");
      assert.equal(read('{"messageId":"m","payload":{}}').publishTime, "1795416360000000");
      assert.equal(read('{"messageId":"m","publishTime":null,"payload":{}}').publishTime, "1795416360000000");
    });
  });

  describe("the business keys", () => {
    const pubSub = (payload: unknown, more: object = {}) => JSON.stringify({ messageId: "m", payload, ...more });
    const keys = (body: string) => {
      const { idempotencyKey, periodReference, correlationId } = read(body);
      return [idempotencyKey, periodReference, correlationId];
    };

    const everyName = {
      "payload's _metadata": (names: object) => pubSub({ _metadata: names }),
      "the body's _metadata": (names: object) => pubSub({}, { _metadata: names }),
      "a plain body's _metadata": (names: object) => JSON.stringify({ _metadata: names }),
    };
    for (const [place, body] of Object.entries(everyName)) {
      it(`are read from ${place}`, () => {
        const camel = { idempotencyKeyResource: "i", periodReference: "p", correlationId: "c" };
        assert.deepEqual(keys(body(camel)), ["i", "p", "c"]);
        const snake = { idempotency_key: "i", period_reference: "p", correlation_id: "c" };
        assert.deepEqual(keys(body(snake)), ["i", "p", "c"]);
        assert.deepEqual(keys(body({ idempotencyKey: "no", idempotency_key_resource: "no" })), [null, null, null]);
      });
    }

    const topLevel = {
      "the payload": (names: object) => pubSub(names),
      "the body": (names: object) => pubSub({}, names),
      "a plain body": (names: object) => JSON.stringify(names),
      "pushed data": (names: object) => push(base64(JSON.stringify(names))),
      "a payload in a string": (names: object) => pubSub(JSON.stringify(names)),
    };
    for (const [place, body] of Object.entries(topLevel)) {
      it(`are read from the top level of ${place}`, () => {
        const camel = { idempotencyKey: "i", periodReference: "p", correlationId: "c" };
        assert.deepEqual(keys(body(camel)), ["i", "p", "c"]);
        const snake = { idempotency_key: "i", period_reference: "p", correlation_id: "c" };
        assert.deepEqual(keys(body(snake)), ["i", "p", "c"]);
        assert.deepEqual(keys(body({ idempotencyKeyResource: "no" })), [null, null, null]);
      });
    }

    it("prefer payload._metadata, then the body's, then the payload's top level, then the body's", () => {
      const places = [
        [{ _metadata: { correlationId: "1" } }, {}],
        [{}, { _metadata: { correlationId: "2" } }],
        [{ correlationId: "3" }, {}],
        [{}, { correlationId: "4" }],
      ] as const;
      for (let first = 0; first < places.length; first++) {
        const [payload, body] = places.slice(first).reduceRight<[object, object]>(
          ([p, b], [pp, bb]) => [
            { ...p, ...pp },
            { ...b, ...bb },
          ],
          [{}, {}],
        );
        assert.equal(read(pubSub(payload, body)).correlationId, String(first + 1));
      }
    });

    it("prefer the camelCase name in one place", () => {
      const both = { idempotency_key: "s", idempotencyKeyResource: "c", correlation_id: "s", correlationId: "c" };
      assert.deepEqual(keys(JSON.stringify({ _metadata: both })), ["c", null, "c"]);
    });

    it("are strings as they are, the empty one too, and numbers as their own digits", () => {
      const body = '{"idempotencyKey":"","periodReference":202611,"correlationId":9007199254740993.0}';
      assert.deepEqual(keys(body), ["", "202611", "9007199254740993.0"]);
    });

    it("count as absent when they are anything else, and are then looked for further on", () => {
      for (const value of ["null", "true", "{}", "[]", '"\\ud800"']) {
        assert.equal(read(`{"correlationId":${value}}`).correlationId, null);
        assert.equal(read(`{"_metadata":{"correlationId":${value}},"correlation_id":"c"}`).correlationId, "c");
      }
      assert.equal(read('{"_metadata":["x"],"correlationId":"c"}').correlationId, "c");
    });

    it("are not found through a prototype", () => {
      assert.deepEqual(keys('{"__proto__":{"correlationId":"x"},"_metadata":{"__proto__":{"periodReference":"x"}}}'), [
        null,
        null,
        null,
      ]);
    });
  });

  describe("what is dropped", () => {
    const bodies: [DropReason, string][] = [
      ["BODY_NOT_JSON", ""],
      ["BODY_NOT_JSON", "hello"],
      ["BODY_NOT_JSON", '{"a":1'],
      ["BODY_NOT_JSON", '{"a":1}}'],
      ["BODY_NOT_JSON", "{'a':1}"],
      ["BODY_NOT_OBJECT", "[]"],
      ["BODY_NOT_OBJECT", '[{"a":1}]'],
      ["BODY_NOT_OBJECT", '"{}"'],
      ["BODY_NOT_OBJECT", "1"],
      ["BODY_NOT_OBJECT", "null"],
      ...['""', "true", "{}", "[]", '"\\udc00"'].flatMap((id): [DropReason, string][] => [
        ["MESSAGE_ID_INVALID", `{"messageId":${id},"payload":{}}`],
        ["MESSAGE_ID_INVALID", push("e30", `,"messageId":${id}`)],
      ]),
      ...['""', '"yesterday"', "1795416360", "{}", "false"].flatMap((time): [DropReason, string][] => [
        ["PUBLISH_TIME_INVALID", `{"publishTime":${time},"payload":{}}`],
        ["PUBLISH_TIME_INVALID", push("e30", `,"publishTime":${time}`)],
      ]),
      ["DATA_NOT_BASE64", push("{}")],
      ["DATA_NOT_BASE64", push("e30 ")],
      ["DATA_NOT_BASE64", push("e30=e30=")],
      ["DATA_NOT_BASE64", push("e30e3")],
      ["DATA_NOT_JSON", push("")],
      ["DATA_NOT_JSON", push(base64("hello"))],
      ["DATA_NOT_JSON", push(base64('{"a":1}}'))],
      ["DATA_NOT_JSON", push(base64(Buffer.from('{"a":"é"}', "latin1")))],
    ];
    for (const [reason, body] of bodies) {
      it(`${reason}: ${body || "nothing"}`, () => assert.deepEqual(read(body), { dropped: reason }));
    }

    it("is told by where the text breaks, and never in the body's own words", () => {
      const drop = readBody('{"name":"Ada Lovelace" oops}', ORIGIN);
      assert.ok(drop instanceof Drop);
      assert.equal(drop.message, "the body is not JSON text (at byte 23)");
    });
  });

  it("takes nesting of 100,000 levels as it takes any other", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    assert.equal(read(`{"messageId":"m","payload":${deep}}`).payload, deep);
    assert.equal(read(`{"a":${deep}}`).payload, `{"a":${deep}}`);
    assert.deepEqual(read(deep), { dropped: "BODY_NOT_OBJECT" });
  });
});
