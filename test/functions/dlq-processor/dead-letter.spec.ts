import assert from "node:assert/strict";
import type { SQSMessageAttribute, SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { archiveKey, NO_TOPIC, readArchiveObject } from "../../../functions/common/archive.ts";
import { DEAD_LETTER_ATTRIBUTE } from "../../../functions/common/dead-letter.ts";
import { REPLAY_ATTRIBUTE } from "../../../functions/common/replay.ts";
import { readDeadMessage } from "../../../functions/dlq-processor/dead-letter.ts";
import { codePoint } from "../../support/code-point.ts";
import { QUEUE_ARN, SENT_AT, sqsRecord } from "../support/sqs.ts";

const DLQ_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-dlq";
const NATIVE_ID = "11111111-87a3-44ab-83d2-661975830a7d";
const ORIGINAL_ID = "22222222-87a3-44ab-83d2-661975830a7d";
const DAY = 86_400_000;

const text = (stringValue: string) => ({ dataType: "String", stringValue }) as SQSMessageAttribute;
const json = (value: unknown) => text(JSON.stringify(value));

const LETTER = {
  messageId: ORIGINAL_ID,
  sentAt: SENT_AT - DAY,
  sourceQueueArn: QUEUE_ARN,
  errorClass: "DROP",
  errorType: "BODY_NOT_JSON",
  errorMessage: "the body is not JSON text",
  receiveCount: 3,
};
const REPLAY = { messageId: ORIGINAL_ID, sentAt: SENT_AT - 2 * DAY, replayCount: 2 };

interface Given {
  /** Where SQS says that it moved the message from. */
  from?: string;
  attributes?: Record<string, SQSMessageAttribute>;
  trustReplay?: boolean;
}

function read({ from, attributes = {}, trustReplay = true }: Given) {
  const plain = sqsRecord();
  const record: SQSRecord = sqsRecord({
    messageId: NATIVE_ID,
    eventSourceARN: DLQ_ARN,
    body: "not JSON",
    attributes: {
      ...plain.attributes,
      ApproximateReceiveCount: "11",
      ...(from === undefined ? {} : { DeadLetterQueueSourceArn: from }),
    },
    messageAttributes: attributes,
  });
  return readDeadMessage(record, { topicQueuePrefix: "lean-ops-dev-topic-", trustReplay });
}

describe("readDeadMessage", () => {
  it("takes what SQS moved for what SQS says of it, and its reason for unknown", () => {
    const { failed, isReplay, isUndiagnosed } = read({ from: QUEUE_ARN });
    assert.deepEqual(failed, {
      date: "2026-11-23",
      object: {
        origin: "sqs",
        topic: "order-events",
        message_id: NATIVE_ID,
        body: "not JSON",
        body_encoding: "utf8",
        sqs_attributes: {
          ApproximateReceiveCount: "11",
          SentTimestamp: String(SENT_AT),
          SenderId: "AIDAIENQZJOLO23YVJ4VO",
          ApproximateFirstReceiveTimestamp: String(SENT_AT + 1),
          DeadLetterQueueSourceArn: QUEUE_ARN,
        },
        message_attributes: {},
        error_class: "UNKNOWN",
        error_type: "RECEIVES_EXHAUSTED",
        error_message: "it was received as often as its queue allows, and never acknowledged",
        receive_count: 11,
        replay_count: 0,
      },
    });
    assert.deepEqual([isReplay, isUndiagnosed], [false, true]);
  });

  it("takes what the sqs-processor sent for what its attribute says", () => {
    const { failed, isReplay, isUndiagnosed } = read({ attributes: { [DEAD_LETTER_ATTRIBUTE]: json(LETTER) } });
    const { object } = failed;
    assert.equal(failed.date, "2026-11-22");
    assert.deepEqual([object.topic, object.message_id], ["order-events", ORIGINAL_ID]);
    assert.deepEqual([object.error_class, object.error_type], ["DROP", "BODY_NOT_JSON"]);
    assert.deepEqual([object.error_message, object.receive_count], ["the body is not JSON text", 3]);
    assert.equal(object.sqs_attributes.SentTimestamp, String(LETTER.sentAt));
    assert.deepEqual([isReplay, isUndiagnosed], [false, false]);
  });

  it("does not believe that attribute of a message that SQS moved: a producer sent it", () => {
    const { failed, isUndiagnosed } = read({
      from: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-payments",
      attributes: { [DEAD_LETTER_ATTRIBUTE]: json(LETTER) },
    });
    assert.deepEqual([failed.object.topic, failed.object.message_id], ["payments", NATIVE_ID]);
    assert.deepEqual([failed.object.error_type, isUndiagnosed], ["RECEIVES_EXHAUSTED", true]);
  });

  const malformed: Record<string, SQSMessageAttribute> = {
    "no JSON": text("{"),
    "no value": { dataType: "String" } as SQSMessageAttribute,
    null: text("null"),
    "a list": text("[]"),
    "an id with a slash": json({ ...LETTER, messageId: "../x" }),
    "an empty id": json({ ...LETTER, messageId: "" }),
    "an id of 101 characters": json({ ...LETTER, messageId: "a".repeat(101) }),
    "a time that is a text": json({ ...LETTER, sentAt: "1" }),
    "a time before 1970": json({ ...LETTER, sentAt: -1 }),
    "a time that no calendar has": json({ ...LETTER, sentAt: 9e15 }),
    "a fraction of a millisecond": json({ ...LETTER, sentAt: 1.5 }),
    "no source": json({ ...LETTER, sourceQueueArn: undefined }),
    "another class": json({ ...LETTER, errorClass: "RETRY" }),
    "a type with a space": json({ ...LETTER, errorType: "NOT JSON" }),
    "a message of 501 characters": json({ ...LETTER, errorMessage: "x".repeat(501) }),
    "no receive count": json({ ...LETTER, receiveCount: undefined }),
  };
  for (const [what, attribute] of Object.entries(malformed)) {
    it(`keeps a message whose reason is ${what} under its own id, without a topic`, () => {
      const { failed, isUndiagnosed } = read({ attributes: { [DEAD_LETTER_ATTRIBUTE]: attribute } });
      assert.deepEqual([failed.object.topic, failed.object.message_id], [NO_TOPIC, NATIVE_ID]);
      assert.deepEqual([failed.date, failed.object.error_type], ["2026-11-23", "SOURCE_UNKNOWN"]);
      assert.equal(isUndiagnosed, true);
    });
  }

  for (const queue of ["lean-ops-prod-topic-orders", "lean-ops-dev-topic-", "lean-ops-dev-topic-Orders", "x"]) {
    it(`gives a message of the queue ${queue} no topic`, () => {
      assert.equal(read({ from: `arn:aws:sqs:eu-west-1:123456789012:${queue}` }).failed.object.topic, NO_TOPIC);
    });
  }

  it("gives a replayed message its original place and its count, whoever dead-lettered it", () => {
    const attributes = { [REPLAY_ATTRIBUTE]: json(REPLAY) };
    for (const given of [
      { from: QUEUE_ARN, attributes },
      { attributes: { ...attributes, [DEAD_LETTER_ATTRIBUTE]: json({ ...LETTER, messageId: NATIVE_ID }) } },
    ]) {
      const { failed, isReplay } = read(given);
      assert.deepEqual([failed.date, failed.object.message_id], ["2026-11-21", ORIGINAL_ID]);
      assert.deepEqual([failed.object.replay_count, isReplay], [2, true]);
      assert.equal(failed.object.sqs_attributes.SentTimestamp, String(REPLAY.sentAt));
    }
  });

  it("gives it its own place where the replay is not to be trusted, whoever dead-lettered it", () => {
    const attributes = { [REPLAY_ATTRIBUTE]: json(REPLAY) };
    for (const given of [
      { from: QUEUE_ARN, attributes },
      { attributes: { ...attributes, [DEAD_LETTER_ATTRIBUTE]: json(LETTER) } },
    ]) {
      const { failed, isReplay } = read({ ...given, trustReplay: false });
      assert.deepEqual([failed.date, failed.object.message_id], ["2026-11-23", NATIVE_ID]);
      assert.deepEqual([failed.object.topic, failed.object.replay_count, isReplay], ["order-events", 0, false]);
    }
  });

  it("keeps the producer's attributes, and neither of this system's", () => {
    const { failed } = read({
      from: QUEUE_ARN,
      attributes: {
        source: text("shop"),
        empty: { dataType: "String", stringValue: "" } as SQSMessageAttribute,
        flag: { dataType: "Binary", stringValue: "", binaryValue: "AQI=" } as SQSMessageAttribute,
        ["__proto__"]: text("odd"),
        [REPLAY_ATTRIBUTE]: json(REPLAY),
        [DEAD_LETTER_ATTRIBUTE]: json(LETTER),
      },
    });
    assert.deepEqual(Object.entries(failed.object.message_attributes).toSorted(), [
      ["__proto__", { dataType: "String", stringValue: "odd" }],
      ["empty", { dataType: "String", stringValue: "" }],
      ["flag", { dataType: "Binary", binaryValue: "AQI=" }],
      ["source", { dataType: "String", stringValue: "shop" }],
    ]);
  });

  it("keeps a message of which SQS says less, or something else, than it should, always under the same key", () => {
    const broken = [
      '{"attributes":null}',
      '{"attributes":{"SentTimestamp":"yesterday","ApproximateReceiveCount":{}}}',
      '{"messageAttributes":null}',
      '{"messageAttributes":{"a":null,"b":{"dataType":7},"c":"text","lean-ops.replay":null,"lean-ops.dead-letter":7}}',
      '{"messageId":null}',
      '{"messageId":"../../x"}',
      '{"body":null}',
      '{"body":{"a":1}}',
    ];
    for (const fields of broken) {
      const read = () =>
        readDeadMessage({ ...sqsRecord(), ...JSON.parse(fields) }, { topicQueuePrefix: "x", trustReplay: true });
      const { date, object } = read().failed;
      assert.equal(
        archiveKey({ topic: object.topic, date, messageId: object.message_id }).split("/").length,
        4,
        fields,
      );
      assert.ok(readArchiveObject(JSON.stringify(object)), `${fields} cannot be read again`);
      assert.deepEqual(read(), read());
    }
    const { date } = readDeadMessage(sqsRecord(JSON.parse(broken[0] ?? "")), {
      topicQueuePrefix: "x",
      trustReplay: true,
    }).failed;
    assert.equal(date, "1970-01-01");
  });

  it("makes a key of three parts and no other, whatever producers send", () => {
    const hostile = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.constantFrom("..", "a/b", "../../x", "a\u0000", "%2e%2e", "\n", "-", ""),
    );
    const attribute = (value: fc.Arbitrary<unknown>) => value.map((one) => json(one));
    fc.assert(
      fc.property(
        attribute(fc.record({ ...mapped(LETTER), messageId: hostile, sourceQueueArn: hostile })),
        attribute(fc.record({ messageId: hostile, sentAt: fc.double(), replayCount: fc.constant(1) })),
        fc.option(
          hostile.map((queue) => `arn:aws:sqs:eu-west-1:1:lean-ops-dev-topic-${queue}`),
          { nil: undefined },
        ),
        (letter, replay, from) => {
          const attributes = { [DEAD_LETTER_ATTRIBUTE]: letter, [REPLAY_ATTRIBUTE]: replay };
          const { failed } = read({ attributes, ...(from === undefined ? {} : { from }) });
          const key = archiveKey({
            topic: failed.object.topic,
            date: failed.date,
            messageId: failed.object.message_id,
          });
          assert.match(key, /^dlq-archive\/(_none|[a-z][a-z0-9-]*)\/\d{4}-\d\d-\d\d\/[A-Za-z0-9_-]+\.json$/);
        },
      ),
    );
  });
});

function mapped(values: Record<string, unknown>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.constant(value)]));
}
