import assert from "node:assert/strict";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { MAX_MESSAGE_BYTES } from "../../../functions/common/message-attributes.ts";
import { createHandler } from "../../../functions/sqs-processor/handler.ts";
import { MAX_RECORD_BYTES } from "../../../functions/sqs-processor/raw-row.ts";
import { lambdaContext, sqsRecord } from "../../functions/support/sqs.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { CANARY, hearing } from "../hearing.ts";
import { deliveredAgain, invoked } from "../invoked.ts";
import { messageText } from "../messages.ts";
import { type Behaviour, behaviours, dependency } from "../sick.ts";
import { HOSTILE_TEXTS, once, type Text, textOf } from "../text.ts";

interface Message {
  body: Text;
  receives: number;
  attribute: "none" | "replay" | "forged" | "full" | "binary";
}

interface Input {
  messages: readonly Message[];
  edits: readonly Edit[];
  firehose: readonly Behaviour[];
  deadLetterQueue: readonly Behaviour[];
  queue: readonly Behaviour[];
}

const PREFIX = "lean-ops-dev-topic-";
const HEALTHY = { firehose: [], deadLetterQueue: [], queue: [] };

const attribute = (dataType: string, stringValue: string) => ({ dataType, stringValue });

function attributesOf({ attribute: kind }: Message, n: number): SQSRecord["messageAttributes"] {
  switch (kind) {
    case "none":
      return {};
    case "replay":
      return {
        "lean-ops.replay": attribute(
          "String",
          JSON.stringify({ messageId: `original-${n}`, sentAt: 1_795_416_360_000, replayCount: 1 }),
        ),
      };
    case "forged":
      return {
        "lean-ops.replay": attribute("String", '{"messageId":"../x","sentAt":1e99,"__proto__":{"replayCount":1}}'),
        "lean-ops.dead-letter": attribute("String", "[]"),
      };
    case "full":
      return Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, attribute("Number", "1")]));
    case "binary":
      return {
        b: { dataType: "Binary", binaryValue: "%%%no base64%%%" },
        ...JSON.parse('{"__proto__":{"dataType":"String"}}'),
      };
  }
}

function eventOf({ messages, edits: all }: Input): SQSEvent {
  const Records = messages.map((message, n) =>
    sqsRecord({
      messageId: `id-${n}`,
      receiptHandle: `handle-${n}`,
      body: textOf(message.body),
      attributes: { ...sqsRecord().attributes, ApproximateReceiveCount: String(message.receives) },
      messageAttributes: attributesOf(message, n),
    }),
  );
  return edited({ Records }, all);
}

/** Whether a batch is one of a topic's queue at all: of others nothing can be done but leave them where they are. */
function isOfTopics(records: unknown): records is SQSRecord[] {
  return (
    Array.isArray(records) &&
    records.every(
      (record) =>
        typeof record?.eventSourceARN === "string" &&
        record.eventSourceARN.startsWith(`arn:aws:sqs:eu-west-1:123456789012:${PREFIX}`) &&
        record.eventSourceARN.length > `arn:aws:sqs:eu-west-1:123456789012:${PREFIX}`.length,
    )
  );
}

const COLUMNS =
  "topic_name message_id idempotency_key period_reference correlation_id publish_time ingestion_ts json_payload";

function checkRows(records: readonly Uint8Array[]): void {
  const bytes = records.reduce((sum, { length }) => sum + Math.ceil(length / 3) * 4 + 12, 0);
  assert.ok(records.length <= 500 && bytes <= 4 * 1024 * 1024, `${records.length} records of ${bytes} bytes`);
  for (const record of records) {
    assert.ok(record.length <= MAX_RECORD_BYTES);
    const row = JSON.parse(record.toString());
    assert.equal(Object.keys(row).join(" "), COLUMNS);
    assert.equal(typeof row.json_payload, "string");
    assert.equal(typeof row.message_id, "string");
    assert.equal(typeof row.publish_time, "number");
  }
}

async function check(input: Input): Promise<void> {
  const event = eventOf(input);
  const clock = virtualClock();
  const heard = hearing(clock);
  let [rows, letters] = [0, 0];
  const firehose = dependency(input.firehose, ["ThrottlingException", "ServiceUnavailableException", "AccessDenied"]);
  const deadLetters = dependency(input.deadLetterQueue, ["ThrottlingException", "AccessDenied"]);
  const queue = dependency(input.queue, ["InternalError"]);
  const changed = async (entries: readonly { Id: string | undefined }[]) => {
    const takes = await queue();
    return { Successful: entries.filter((_, n) => takes(n)).map(({ Id }) => ({ Id })) };
  };
  const handler = createHandler({
    topicQueuePrefix: PREFIX,
    topicQueueUrlPrefix: `https://q/${PREFIX}`,
    lanes: new Map(),
    topicMetrics: true,
    clients: {
      async putRecordBatch(records) {
        heard.expect(() => checkRows(records));
        const takes = await firehose();
        rows += records.filter((_, n) => takes(n)).length;
        return {
          RequestResponses: records.map((_, n) => (takes(n) ? { RecordId: "r" } : { ErrorCode: "InternalFailure" })),
        };
      },
      async sendMessageBatch(entries) {
        heard.expect(() => assert.ok(entries.length <= 10));
        const takes = await deadLetters();
        letters += entries.filter((_, n) => takes(n)).length;
        return {
          Successful: entries.filter((_, n) => takes(n)).map(({ Id }) => ({ Id })),
          Failed: entries
            .filter((_, n) => !takes(n))
            .map(({ Id }) => ({ Id, SenderFault: false, Code: "InternalError" })),
        };
      },
      changeMessageVisibilityBatch: (_url, entries) => changed(entries),
      deleteMessageBatch: (_url, entries) => changed(entries),
    },
    clock,
    random: () => 0.5,
    ...heard,
  });
  const ended = await invoked(handler(event, lambdaContext(clock)), clock);
  heard.check();
  const records: unknown = event?.Records;
  if (!isOfTopics(records)) {
    // Lambda delivers all of it again; copies of a message are judged by the first, and what is no list has no messages.
    const ids = Array.isArray(records) ? records.map((record) => record?.messageId) : [];
    assert.ok(ended.thrown !== undefined || new Set(ids).size < ids.length || ids.length === 0);
    return;
  }
  assert.equal(ended.thrown, undefined, `${ended.thrown?.stack}`);
  const ids = [...new Set(records.map(({ messageId }) => messageId))];
  const again = deliveredAgain(ids, ended);
  // One that nobody answered for in time may have been taken, and comes again.
  const done = ids.length - again.size;
  assert.ok(rows + letters >= done, `${done} messages are done, of ${rows} rows and ${letters} dead letters`);
  const isHealthy = [input.firehose, input.deadLetterQueue, input.queue].every(({ length }) => length === 0);
  if (isHealthy && again.size < ids.length) assert.equal(rows + letters, done);
  if (isHealthy && input.edits.length === 0) {
    const isFull = ({ attribute: kind, body }: Message) =>
      kind === "full" || Buffer.byteLength(textOf(body)) + REASON_BYTES > MAX_MESSAGE_BYTES;
    const full = input.messages.flatMap((given, n) => (isFull(given) ? [`id-${n}`] : []));
    for (const id of again) assert.ok(full.includes(String(id)), `${id} was not read`);
  }
}

/** More than the reason that a dead letter carries beside its body: where both exceed a message, SQS itself must move it. */
const REASON_BYTES = 4096;

const message = (body: Text, given: Partial<Message> = {}): Message => ({
  body,
  receives: 1,
  attribute: "none",
  ...given,
});
const input = (messages: readonly Message[], given: Partial<Input> = {}): Input => ({
  ...{ messages, edits: [] },
  ...HEALTHY,
  ...given,
});
const good = message(once(`{"a":"${CANARY}"}`));

export const sqsProcessor = door<Input>({
  name: "sqs-processor",
  event: eventOf,
  inputs: fc.record({
    messages: fc.array(
      fc.record({
        body: messageText,
        receives: fc.constantFrom(1, 1, 1, 2, 10),
        attribute: fc.constantFrom(
          "none" as const,
          "none" as const,
          "replay" as const,
          "forged" as const,
          "full" as const,
          "binary" as const,
        ),
      }),
      { maxLength: 8 },
    ),
    edits,
    firehose: behaviours,
    deadLetterQueue: behaviours,
    queue: behaviours,
  }),
  cases: {
    "an empty batch": input([]),
    "every hostile text at once": input(Object.values(HOSTILE_TEXTS).map((body) => message(body))),
    "every hostile text, received before": input(
      Object.values(HOSTILE_TEXTS).map((body) => message(body, { receives: 3, attribute: "forged" })),
    ),
    "six megabytes in six messages": input(
      Array.from({ length: 6 }, () =>
        message([
          ['{"a":"', 1],
          ["x", 1_048_000],
          ['"}', 1],
        ]),
      ),
    ),
    "six megabytes in 10,000 messages": input(
      Array.from({ length: 10_000 }, () =>
        message([
          ['{"a":"', 1],
          ["x", 590],
          ['"}', 1],
        ]),
      ),
    ),
    "a message twice": input([good, good], { edits: [{ place: 1, change: "repeat" }] }),
  },
  check,
});
