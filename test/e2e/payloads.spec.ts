import assert from "node:assert/strict";
import { type RunningStack, startStack } from "../support/cloud.ts";

describe("payloads through the whole pipeline", () => {
  let stack: RunningStack;

  before(async function () {
    this.timeout(120_000);
    // Slower than others: at 20 a busy machine runs out of a function's time with large bodies, and delivers them twice.
    stack = await startStack({ speed: 5 });
  });

  after(() => stack.stop());

  const payloads: [title: string, payload: string][] = [
    ["Unicode", '{"name":"Zoë 🦄 \u2028 العربية","\\u00fc":"\\ud83e\\udd84"}'],
    ["lone surrogates, escaped", '{"half":"\\ud800"}'],
    ["numbers beyond 2^53", '{"id":90071992547409931,"ratio":1.10,"tiny":1e-400,"zero":-0}'],
    ["white space and the order of keys", '{ "b" : 1 ,\t"a": [ 1,2 , 3 ] }'],
    ["repeated keys", '{"a":1,"a":2}'],
    ["keys that mean something to JavaScript", '{"__proto__":{"admin":true},"constructor":1,"toString":2}'],
    ["empty strings, empty objects", '{"":"","empty":{},"list":[]}'],
    ["nesting", `${'{"a":['.repeat(200)}1${"]}".repeat(200)}`],
    ["200 KB", `{"text":"${"x".repeat(200_000)}"}`],
    ["900 KB", `{"text":"${"y".repeat(900_000)}"}`],
    ["quotes and backslashes", '{"path":"C:\\\\temp\\\\\\"new\\"","json":"{\\"a\\":1}"}'],
  ];
  for (const [title, payload] of payloads) {
    it(`carries ${title} byte for byte, in every envelope`, async () => {
      const before = new Set((await stack.rows("orders")).map(({ message_id }) => message_id));
      const fresh = crypto.randomUUID();
      const bodies = [
        payload,
        `{"messageId":"${fresh}-a","payload":${payload}}`,
        ` {"payload" : ${payload} , "publishTime": "2026-01-10T10:00:00.123456Z"}\n`,
        ...(payload.length < 700_000
          ? [`{"message":{"data":"${Buffer.from(payload).toString("base64")}","messageId":"${fresh}-b"}}`]
          : []),
      ];
      await stack.send("orders", ...bodies);
      await stack.settled();
      const rows = (await stack.rows("orders")).filter(({ message_id }) => !before.has(message_id));
      assert.equal(rows.length, bodies.length);
      for (const { json_payload } of rows) {
        assert.equal(json_payload, payload);
      }
    });
  }

  it("fills the columns from what the message carries, and from SQS where it carries nothing", async () => {
    const sentAfter = Date.now();
    const metadata = { idempotencyKeyResource: "order/7", periodReference: "2026-01", correlationId: "c-7" };
    const [carried, plain] = [
      { messageId: "m-7", publishTime: "2026-01-10T10:00:00.123456Z", payload: { _metadata: metadata } },
      { idempotencyKey: "k", period_reference: 202601 },
    ];
    const [, sqsId] = await stack.send("events", JSON.stringify(carried), JSON.stringify(plain));
    await stack.settled();
    const rows = new Map((await stack.rows("events")).map((row) => [row.message_id, row]));
    const { ingestion_ts, ...row } = rows.get("m-7") ?? {};
    assert.deepEqual(row, {
      topic_name: "events",
      message_id: "m-7",
      idempotency_key: "order/7",
      period_reference: "2026-01",
      correlation_id: "c-7",
      publish_time: "2026-01-10 10:00:00.123456",
      json_payload: JSON.stringify(carried.payload),
    });
    assert.ok(Math.abs(Number(ingestion_ts) - Date.now() / 1000) < 60, String(ingestion_ts));
    const { publish_time, ...fromSqs } = rows.get(sqsId) ?? {};
    assert.equal(fromSqs.idempotency_key, "k");
    assert.equal(fromSqs.period_reference, "202601");
    assert.equal(fromSqs.correlation_id, null);
    assert.ok(Math.abs(Date.parse(`${publish_time}Z`) - sentAfter) < 60_000, String(publish_time));
  });

  it("archives what no retry can help, with its reason, and delays nothing else", async () => {
    const escaped = `{"text":"${'\\"'.repeat(300_000)}"}`;
    const bad: [body: string, reason: string][] = [
      ["not json", "BODY_NOT_JSON"],
      ['{"a":', "BODY_NOT_JSON"],
      ["[1]", "BODY_NOT_OBJECT"],
      ["null", "BODY_NOT_OBJECT"],
      ["7", "BODY_NOT_OBJECT"],
      [escaped, "RECORD_TOO_LARGE"],
    ];
    const good = '{"messageId":"good","payload":{}}';
    const ids = await stack.send("payments", ...bad.map(([body]) => body), good);
    await stack.settled();

    assert.deepEqual(
      (await stack.rows("payments")).map(({ message_id }) => message_id),
      ["good"],
    );
    const objects = await stack.archived();
    const seen = objects.map(({ message_id, body, error_type, receive_count }) => [
      message_id,
      body,
      error_type,
      receive_count,
    ]);
    const expected = bad.map(([body, reason], index) => [ids[index], body, reason, 1]);
    assert.deepEqual(seen.sort(), expected.sort());
  });
});
