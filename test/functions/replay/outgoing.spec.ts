import assert from "node:assert/strict";
import type { ArchivedAttribute, ArchiveObject } from "../../../functions/common/archive.ts";
import { messageBytes } from "../../../functions/common/message-attributes.ts";
import { readReplay } from "../../../functions/common/replay.ts";
import { outgoing } from "../../../functions/replay/outgoing.ts";
import { Refusal } from "../../../functions/replay/refusal.ts";
import { archiveObject, ID } from "../support/replay.ts";
import { SENT_AT } from "../support/sqs.ts";

const MIB = 1024 * 1024;
const INGESTED_AT = 1_795_600_000;
const sent = (given: Partial<ArchiveObject>, replayCount = 1) =>
  outgoing(archiveObject(given), replayCount, INGESTED_AT);

function toQueue(given: Partial<ArchiveObject>, replayCount?: number) {
  const message = sent(given, replayCount);
  assert.ok(!(message instanceof Refusal) && message.to === "queue");
  return message;
}

function toStream(given: Partial<ArchiveObject>) {
  const message = sent(given);
  assert.ok(!(message instanceof Refusal) && message.to === "stream");
  return Buffer.from(message.row);
}

function refused(given: Partial<ArchiveObject>): string {
  const message = sent(given);
  assert.ok(message instanceof Refusal);
  return message.message;
}

const attributes = (count: number): Record<string, ArchivedAttribute> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, { dataType: "String", stringValue: "x" }]));

describe("outgoing", () => {
  it("sends a message back to its queue as it was, with its original id and time beside it", () => {
    const body = ' {"name": "Ada"\n';
    const message = toQueue({ body }, 3);
    assert.deepEqual([message.topic, message.body], ["orders", body]);
    const { "lean-ops.replay": replay, ...others } = message.attributes;
    assert.deepEqual(others, {});
    assert.equal(replay?.DataType, "String");
    assert.deepEqual(JSON.parse(replay?.StringValue ?? ""), { messageId: ID, sentAt: SENT_AT, replayCount: 3 });
    assert.ok(readReplay({ stringValue: replay?.StringValue ?? "" }));
  });

  it("sends the producer's attributes, binary ones and odd names too", () => {
    const { attributes } = toQueue({
      message_attributes: {
        source: { dataType: "String", stringValue: "shop" },
        flag: { dataType: "Binary", binaryValue: "AQI=" },
        ["__proto__"]: { dataType: "String", stringValue: "odd" },
      },
    });
    assert.deepEqual(Object.keys(attributes).toSorted(), ["__proto__", "flag", "lean-ops.replay", "source"]);
    assert.deepEqual(attributes.source, { DataType: "String", StringValue: "shop" });
    assert.deepEqual(attributes.flag, { DataType: "Binary", BinaryValue: Buffer.from([1, 2]) });
  });

  it("puts what Firehose could not deliver and is no row to the stream, byte for byte", () => {
    assert.equal(toStream({ origin: "firehose", body: '{"é":1}' }).toString(), '{"é":1}');
    const bytes = Buffer.from([0xff, 0x00]);
    const binary = toStream({ origin: "firehose", topic: "_none", body: "/wA=", body_encoding: "base64" });
    assert.deepEqual(binary, bytes);
    const longest = "x".repeat(1000 * 1024);
    assert.equal(toStream({ origin: "firehose", body: longest }).length, longest.length);
    assert.match(refused({ origin: "firehose", body: `${longest}x` }), /^RECORD_TOO_LARGE: .*1024001 bytes/);
  });

  it("gives a row the time of its return, so that the refinery has it in its window, and changes nothing else", () => {
    const row = { topic_name: "orders", message_id: "1", ingestion_ts: 1_700_000_000, json_payload: '{"é":"\\u00e9"}' };
    const replayed = JSON.parse(toStream({ origin: "firehose", body: JSON.stringify(row) }).toString());
    assert.deepEqual(replayed, { ...row, ingestion_ts: INGESTED_AT });
  });

  it("uses ten attributes and the whole MiB, the replay's own included", () => {
    assert.equal(Object.keys(toQueue({ message_attributes: attributes(9) }).attributes).length, 10);
    const full = toQueue({ body: "x" });
    const room = MIB - messageBytes("", full.attributes);
    assert.equal(messageBytes("x".repeat(room), toQueue({ body: "x".repeat(room) }).attributes), MIB);
  });

  it("puts the row itself to the stream, with the original id and time, where one more attribute has no room", () => {
    const row = JSON.parse(toStream({ message_attributes: attributes(10), body: '{"amount":1}' }).toString());
    assert.deepEqual(row, {
      topic_name: "orders",
      message_id: ID,
      idempotency_key: null,
      period_reference: null,
      correlation_id: null,
      publish_time: SENT_AT * 1000,
      ingestion_ts: INGESTED_AT,
      json_payload: '{"amount":1}',
    });
    // 1 MiB as a message, three quarters of it as a row.
    const data = Buffer.from(`{"text":"${"x".repeat(780_000)}"}`).toString("base64");
    const push = `{"message":{"data":"${data}"}}`;
    assert.ok(push.length > 1_040_000);
    const large = toStream({ body: push.padEnd(MIB - 10, " ") });
    assert.equal(JSON.parse(large.toString()).message_id, ID);
  });

  for (const [SentTimestamp, time] of [
    ["0", 0],
    ["007", 7],
    [" 8 ", 8],
    ["1e3", 1000],
  ] as const) {
    it(`gives that row a time that Firehose can read where the archive has "${SentTimestamp}"`, () => {
      const row = toStream({ message_attributes: attributes(10), sqs_attributes: { SentTimestamp } });
      assert.equal(JSON.parse(row.toString()).publish_time, time * 1000);
    });
  }

  it("refuses where the sqs-processor would drop what has no room for one more attribute", () => {
    const reason = "DROPPED: the sqs-processor would drop it";
    assert.equal(refused({ body: "x".repeat(MIB) }), `${reason} (BODY_NOT_JSON)`);
    assert.equal(refused({ body: `{"a":"${"x".repeat(MIB - 8)}"}` }), `${reason} (RECORD_TOO_LARGE)`);
  });

  it("refuses a message of no topic, and one that does not say when it was sent", () => {
    assert.match(refused({ topic: "_none" }), /^TOPIC_UNKNOWN/);
    const odd = { toString: null, valueOf: 1 } as unknown as string;
    for (const SentTimestamp of [undefined, "", "soon", "-1", odd]) {
      const sqs_attributes: Record<string, string> = SentTimestamp === undefined ? {} : { SentTimestamp };
      assert.match(refused({ sqs_attributes }), /^ARCHIVE_MALFORMED/);
    }
  });
});
