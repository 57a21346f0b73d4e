import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { REPLAY_ATTRIBUTE } from "../../../functions/common/replay.ts";
import { Drop } from "../../../functions/sqs-processor/drop.ts";
import { messagesOf, rowOf } from "../../../functions/sqs-processor/message.ts";
import { hasMalformedReplay } from "../../../functions/sqs-processor/origin.ts";
import { SENT_AT, sqsRecord } from "../support/sqs.ts";

describe("rowOf", () => {
  it("makes a row of what the body says, and of SQS what the body does not say", () => {
    const row = rowOf(sqsRecord({ body: '{"_metadata":{"correlationId":"c"}}' }), "order-events", 1_795_416_400);
    assert.deepEqual(JSON.parse(row.toString()), {
      topic_name: "order-events",
      message_id: "059f36b4-87a3-44ab-83d2-661975830a7d",
      idempotency_key: null,
      period_reference: null,
      correlation_id: "c",
      publish_time: SENT_AT * 1000,
      ingestion_ts: 1_795_416_400,
      json_payload: '{"_metadata":{"correlationId":"c"}}',
    });
  });

  it("is a different row on a retry only in its ingestion time", () => {
    const record = sqsRecord({ body: '{"messageId":null,"payload":[1]}' });
    const first = JSON.parse(rowOf(record, "t", 1).toString());
    const second = JSON.parse(rowOf(record, "t", 2).toString());
    assert.deepEqual({ ...first, ingestion_ts: 2 }, second);
  });

  it("is a drop where the body is bad, or its row too large once escaped", () => {
    const reason = (body: string) => {
      const row = rowOf(sqsRecord({ body }), "t", 1);
      return row instanceof Drop ? row.reason : "none";
    };
    assert.equal(reason("nonsense"), "BODY_NOT_JSON");
    assert.equal(reason(JSON.stringify({ text: "x".repeat(900_000) })), "none");
    assert.equal(reason(JSON.stringify({ text: '"'.repeat(300_000) })), "RECORD_TOO_LARGE");
  });
});

describe("a message of which SQS says less than it should", () => {
  const broken = [
    '{"attributes":{}}',
    '{"attributes":{"SentTimestamp":"1e12"}}',
    '{"attributes":{"SentTimestamp":"007"}}',
    '{"attributes":{"SentTimestamp":0}}',
    '{"messageId":null}',
    '{"messageId":7}',
  ];
  for (const fields of broken) {
    it(`has no row, rather than one that Firehose cannot read: ${fields}`, () => {
      assert.throws(() => rowOf(sqsRecord(JSON.parse(fields)), "t", 1), /^Error: SQS's own id or time/);
    });
  }
});

describe("a message that was sent in 1970", () => {
  const replay = JSON.stringify({ messageId: "m", sentAt: 0, replayCount: 1 });
  for (const [what, given] of [
    ["by SQS", { attributes: { ...sqsRecord().attributes, SentTimestamp: "0" } }],
    [
      "by an attribute that any producer may send",
      { messageAttributes: { [REPLAY_ATTRIBUTE]: { dataType: "String", stringValue: replay } } },
    ],
  ] as const) {
    it(`has a row that Firehose can read: ${what}`, () => {
      assert.equal(JSON.parse(rowOf(sqsRecord(given as Partial<SQSRecord>), "t", 1).toString()).publish_time, 0);
    });
  }
});

describe("a receive count that is no text", () => {
  it("is taken for the first, and fails no batch", () => {
    const record = sqsRecord(JSON.parse('{"attributes":{"ApproximateReceiveCount":{"toString":null,"valueOf":1}}}'));
    assert.equal(messagesOf([record], "lean-ops-dev-topic-")[0]?.receives, 1);
  });
});

describe("a message without a body", () => {
  for (const fields of ['{"body":null}', '{"body":[null]}', '{"body":{"length":3}}']) {
    it(`is not taken for a bad one, which would be sent on: ${fields}`, () => {
      assert.throws(() => rowOf(sqsRecord(JSON.parse(fields)), "t", 1), /^Error: the message has no body/);
    });
  }
});

describe("a replayed message", () => {
  const replayed = (replay: unknown) =>
    sqsRecord({
      body: "{}",
      messageAttributes: { "lean-ops.replay": { dataType: "String", stringValue: JSON.stringify(replay) } },
    });
  const original = { messageId: "original", sentAt: SENT_AT - 1000, replayCount: 2 };
  const identity = (record: ReturnType<typeof sqsRecord>) => {
    const { message_id, publish_time } = JSON.parse(rowOf(record, "t", 1).toString());
    return [message_id, publish_time];
  };

  it("has the message id and send time of the original", () => {
    assert.deepEqual(identity(replayed(original)), ["original", (SENT_AT - 1000) * 1000]);
  });

  it("has its own where the body says them", () => {
    const body = '{"messageId":"m","publishTime":"1970-01-01T00:00:01Z","payload":{}}';
    assert.deepEqual(identity({ ...replayed(original), body }), ["m", 1_000_000]);
  });

  for (const [what, forged] of [
    ["no object", "original"],
    ["null", null],
    ["an id that is no SQS message id", { ...original, messageId: '"},' }],
    ["a time that is none", { ...original, sentAt: "yesterday" }],
    ["a time before 1970", { ...original, sentAt: -1 }],
    ["no count", { ...original, replayCount: undefined }],
    ["a count beyond the cap", { ...original, replayCount: 1000 }],
  ] as const) {
    it(`is as if it were none where its attribute holds ${what}`, () => {
      const record = replayed(forged);
      assert.deepEqual(identity(record), [record.messageId, SENT_AT * 1000]);
      assert.equal(hasMalformedReplay(record), true);
    });
  }

  it("is not suspected where there is no such attribute, or a good one", () => {
    assert.deepEqual([sqsRecord(), replayed(original)].map(hasMalformedReplay), [false, false]);
  });
});

describe("messagesOf", () => {
  const record = (messageId: string, receiptHandle: string, receives: string) =>
    sqsRecord({
      messageId,
      receiptHandle,
      attributes: { ...sqsRecord().attributes, ApproximateReceiveCount: receives },
    });

  it("is one message for all copies of an id, with the receives of the last", () => {
    const records = [record("a", "1", "2"), record("b", "2", "1"), record("a", "3", "3")];
    assert.deepEqual(
      messagesOf(records, "lean-ops-dev-topic-").map(({ record: { messageId }, topic, receives, receiptHandles }) => ({
        messageId,
        topic,
        receives,
        receiptHandles,
      })),
      [
        { messageId: "a", topic: "order-events", receives: 3, receiptHandles: ["1", "3"] },
        { messageId: "b", topic: "order-events", receives: 1, receiptHandles: ["2"] },
      ],
    );
  });

  it("takes a receive count that is none for the first", () => {
    const [message] = messagesOf([record("a", "1", "many")], "lean-ops-dev-topic-");
    assert.equal(message?.receives, 1);
  });
});
