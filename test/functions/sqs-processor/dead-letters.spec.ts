import assert from "node:assert/strict";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { type SendMessageBatch, sendDeadLetters } from "../../../functions/sqs-processor/dead-letters.ts";
import { Drop } from "../../../functions/sqs-processor/drop.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { QUEUE_ARN, SENT_AT, sqsRecord } from "../support/sqs.ts";

const drop = new Drop("BODY_NOT_JSON", "at byte 3");
const dropped = (given: Partial<SQSRecord>) => ({ record: sqsRecord(given), drop });
const MIB = 1024 * 1024;

/** Sends to a queue that answers each call as told, and keeps what was sent. */
async function send(
  items: ReturnType<typeof dropped>[],
  answer: (entries: SendMessageBatchRequestEntry[]) => ReturnType<SendMessageBatch> = async (entries) => ({
    Successful: entries.map(({ Id }) => ({ Id, MessageId: "new", MD5OfMessageBody: "" })),
    Failed: [],
  }),
) {
  const clock = virtualClock();
  const calls: SendMessageBatchRequestEntry[][] = [];
  const sendMessageBatch: SendMessageBatch = (entries) => {
    calls.push(entries);
    return answer(entries);
  };
  const done = sendDeadLetters(items, { sendMessageBatch, clock, deadline: clock.now() + 10_000 });
  await clock.advance(20_000);
  const { refused, unfit, errors } = await done;
  const ids = (list: typeof items) => list.map(({ record }) => record.messageId);
  const failures = refused.map(({ failure }) => failure);
  return { calls, refused: ids(refused.map(({ item }) => item)), failures, unfit: ids(unfit), errors };
}

const numbered = (count: number, body = "bad") =>
  Array.from({ length: count }, (_, n) => dropped({ messageId: `id-${n}`, body }));

describe("sendDeadLetters", () => {
  it("sends the body as it was received, with what and why beside it", async () => {
    const body = ' {"name": "Ada"\n';
    const { calls, refused } = await send([dropped({ messageId: "id-1", body })]);
    assert.equal(calls.length, 1);
    const [entry] = calls[0] ?? [];
    assert.equal(entry?.MessageBody, body);
    const { "lean-ops.dead-letter": why, ...others } = entry?.MessageAttributes ?? {};
    assert.deepEqual(others, {});
    assert.equal(why?.DataType, "String");
    assert.deepEqual(JSON.parse(why?.StringValue ?? ""), {
      messageId: "id-1",
      sentAt: SENT_AT,
      sourceQueueArn: QUEUE_ARN,
      errorClass: "DROP",
      errorType: "BODY_NOT_JSON",
      errorMessage: "the body is not JSON text (at byte 3)",
      receiveCount: 1,
    });
    assert.deepEqual(refused, []);
  });

  it("leaves a message whose attributes cannot be sent to SQS's own redrive, and sends its neighbours", async () => {
    const none = JSON.parse('[null, {}, {"dataType":7}, "text", {"dataType":"String","stringValue":{}}]') as never[];
    const items = none.map((attribute, n) => dropped({ messageId: `id-${n}`, messageAttributes: { attribute } }));
    const whole = JSON.parse('{"messageAttributes":null}') as Partial<SQSRecord>;
    const { calls, unfit } = await send([...items, dropped({ messageId: "id-5", ...whole }), dropped({})]);
    assert.deepEqual(unfit, ["id-0", "id-1", "id-2", "id-3", "id-4", "id-5"]);
    assert.equal(calls.flat().length, 1);
  });

  it("sends a replayed message of whose receives nothing is known", async () => {
    const StringValue = JSON.stringify({ messageId: "original", sentAt: SENT_AT, replayCount: 1 });
    const { calls } = await send([
      dropped({
        ...(JSON.parse('{"attributes":null}') as Partial<SQSRecord>),
        messageAttributes: { "lean-ops.replay": { dataType: "String", stringValue: StringValue } },
      }),
    ]);
    const letter = JSON.parse(calls[0]?.[0]?.MessageAttributes?.["lean-ops.dead-letter"]?.StringValue ?? "");
    assert.deepEqual([letter.messageId, letter.receiveCount], ["original", 1]);
  });

  it("keeps the producer's attributes, binary ones and odd names too", async () => {
    const messageAttributes = {
      source: { dataType: "String", stringValue: "shop" },
      count: { dataType: "Number.int", stringValue: "7" },
      raw: { dataType: "Binary.gzip", stringValue: "", binaryValue: Buffer.from([1, 2, 255]).toString("base64") },
      ...JSON.parse('{"__proto__":{"dataType":"String","stringValue":"odd"}}'),
    };
    Object.defineProperty(messageAttributes, "__proto__", {
      value: { dataType: "String", stringValue: "odd" },
      enumerable: true,
    });
    const { calls } = await send([dropped({ messageAttributes })]);
    const { "lean-ops.dead-letter": _why, ...others } = calls[0]?.[0]?.MessageAttributes ?? {};
    assert.deepEqual(Object.entries(others), [
      ["source", { DataType: "String", StringValue: "shop" }],
      ["count", { DataType: "Number.int", StringValue: "7" }],
      ["raw", { DataType: "Binary.gzip", BinaryValue: Buffer.from([1, 2, 255]) }],
      ["__proto__", { DataType: "String", StringValue: "odd" }],
    ]);
  });

  it("names a replayed message by its first send, and keeps its replay attribute, so that the count is known", async () => {
    const stringValue = JSON.stringify({ messageId: "original", sentAt: SENT_AT - 5000, replayCount: 2 });
    const messageAttributes = { "lean-ops.replay": { dataType: "String", stringValue } };
    const { calls } = await send([dropped({ messageId: "replay", messageAttributes })]);
    const attributes = calls[0]?.[0]?.MessageAttributes;
    assert.deepEqual(attributes?.["lean-ops.replay"], { DataType: "String", StringValue: stringValue });
    const { messageId, sentAt } = JSON.parse(attributes?.["lean-ops.dead-letter"]?.StringValue ?? "");
    assert.deepEqual([messageId, sentAt], ["original", SENT_AT - 5000]);
  });

  it("replaces the reason of an earlier time in the dead-letter queue", async () => {
    const old = { dataType: "String", stringValue: "{}" };
    const others = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`a${n}`, { dataType: "String", stringValue: "x" }]),
    );
    const { calls, unfit } = await send([dropped({ messageAttributes: { "lean-ops.dead-letter": old, ...others } })]);
    assert.deepEqual(unfit, []);
    assert.match(calls[0]?.[0]?.MessageAttributes?.["lean-ops.dead-letter"]?.StringValue ?? "", /BODY_NOT_JSON/);
  });

  it("keeps a call within ten entries with ids of their own", async () => {
    const { calls } = await send(numbered(23));
    assert.deepEqual(
      calls.map(({ length }) => length),
      [10, 10, 3],
    );
    for (const entries of calls) assert.equal(new Set(entries.map(({ Id }) => Id)).size, entries.length);
  });

  it("keeps a call within 1 MiB in all", async () => {
    const { calls } = await send(numbered(5, "x".repeat(300_000)));
    assert.deepEqual(
      calls.map(({ length }) => length),
      [3, 2],
    );
  });

  it("acknowledges only entries that SQS says it took", async () => {
    const { refused, failures, errors } = await send(numbered(4), async () => ({
      Successful: [{ Id: "0", MessageId: "new", MD5OfMessageBody: "" }],
      Failed: [{ Id: "2", SenderFault: false, Code: "InternalError" }],
    }));
    assert.deepEqual(refused, ["id-1", "id-2", "id-3"]);
    assert.deepEqual(failures, ["UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"]);
    assert.deepEqual(errors, { NoResponse: 2, InternalError: 1 });
  });

  it("refuses a whole call that throws, and only that", async () => {
    let calls = 0;
    const { refused, failures, errors } = await send(numbered(12), async (entries) => {
      if (calls++ === 0) throw Object.assign(new Error("no"), { name: "KmsAccessDenied" });
      return { Successful: entries.map(({ Id }) => ({ Id, MessageId: "n", MD5OfMessageBody: "" })), Failed: [] };
    });
    assert.deepEqual(
      refused,
      Array.from({ length: 10 }, (_, n) => `id-${n}`),
    );
    assert.deepEqual(new Set(failures), new Set(["REFUSED"]));
    assert.deepEqual(errors, { KmsAccessDenied: 10 });
  });

  it("refuses what SQS does not answer by the deadline", async () => {
    const { refused, errors } = await send(numbered(1), () => new Promise(() => {}));
    assert.deepEqual(refused, ["id-0"]);
    assert.deepEqual(errors, { DeadlineError: 1 });
  });

  it("sends nothing that has no room for the reason: ten attributes already, or too many bytes", async () => {
    const ten = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`a${n}`, { dataType: "String", stringValue: "x" }]),
    );
    const { calls, refused, unfit } = await send([
      dropped({ messageId: "ten", messageAttributes: ten }),
      dropped({ messageId: "long", body: "x".repeat(MIB - 100) }),
      dropped({ messageId: "wide", body: "é".repeat(MIB / 2 - 50) }),
      dropped({ messageId: "fits", body: "x".repeat(MIB - 500) }),
    ]);
    assert.deepEqual(unfit, ["ten", "long", "wide"]);
    assert.deepEqual(refused, []);
    assert.equal(calls.flat().length, 1);
  });

  it("fills a message up to the last byte of 1 MiB", async () => {
    const room = async (bytes: number) => (await send([dropped({ body: "x".repeat(bytes) })])).unfit.length === 0;
    const { calls } = await send([dropped({ body: "" })]);
    const why = calls[0]?.[0]?.MessageAttributes?.["lean-ops.dead-letter"];
    const taken = "lean-ops.dead-letter".length + "String".length + (why?.StringValue?.length ?? 0);
    assert.equal(await room(MIB - taken), true);
    assert.equal(await room(MIB - taken + 1), false);
  });

  it("calls nobody when nothing is dropped", async () => {
    assert.deepEqual((await send([])).calls, []);
  });
});
