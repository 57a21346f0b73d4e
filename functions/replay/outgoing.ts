import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { type ArchiveObject, isArchiveTime, NO_TOPIC } from "../common/archive.ts";
import { MAX_MESSAGE_ATTRIBUTES, MAX_MESSAGE_BYTES, messageBytes, toSend } from "../common/message-attributes.ts";
import { REPLAY_ATTRIBUTE, type Replay } from "../common/replay.ts";
import { Drop } from "../sqs-processor/drop.ts";
import { readBody } from "../sqs-processor/envelope.ts";
import { MAX_RECORD_BYTES, rawRow } from "../sqs-processor/raw-row.ts";
import { Refusal } from "./refusal.ts";

/** What is sent for an archived message. */
export type Outgoing =
  | { to: "queue"; topic: string; body: string; attributes: Record<string, MessageAttributeValue> }
  | { to: "stream"; row: Uint8Array };

/**
 * What to send so that an archived message goes on where it failed: to its topic's queue with the producer's attributes
 * and one more that holds its original id and time, or, where it had passed the queue, to the delivery stream.
 *
 * A message with ten attributes of its own, or so near 1 MiB that one more exceeds it, leaves no room for that one.
 * Without it the row would get another id, and whoever deduplicates by message_id would keep both. So the replay does
 * the sqs-processor's work with the sqs-processor's core, and puts the row to the stream; what the core drops would be
 * dropped there as well.
 *
 * @param ingestedAt Epoch seconds.
 */
export function outgoing(object: ArchiveObject, replayCount: number, ingestedAt: number): Outgoing | Refusal {
  const { origin, topic, message_id: messageId, body, body_encoding: encoding } = object;
  if (origin === "firehose") {
    const row = ingestedAgain(Buffer.from(body, encoding), ingestedAt);
    const { length } = row;
    return length > MAX_RECORD_BYTES ? new Refusal("RECORD_TOO_LARGE", `${length} bytes`) : { to: "stream", row };
  }
  if (topic === NO_TOPIC) return new Refusal("TOPIC_UNKNOWN");
  const sentTimestamp: unknown = object.sqs_attributes.SentTimestamp;
  // What is no text may not even be told as a number.
  if (typeof sentTimestamp !== "string" || sentTimestamp === "") return new Refusal("ARCHIVE_MALFORMED");
  const sentAt = Number(sentTimestamp);
  if (!isArchiveTime(sentAt)) return new Refusal("ARCHIVE_MALFORMED");

  const replay: Replay = { messageId, sentAt, replayCount };
  // fromEntries, because a producer may name an attribute `__proto__`.
  const attributes: Record<string, MessageAttributeValue> = Object.fromEntries([
    ...Object.entries(object.message_attributes).map(([name, attribute]) => [name, toSend(attribute)]),
    [REPLAY_ATTRIBUTE, { DataType: "String", StringValue: JSON.stringify(replay) }],
  ]);
  const isFit =
    Object.keys(attributes).length <= MAX_MESSAGE_ATTRIBUTES && messageBytes(body, attributes) <= MAX_MESSAGE_BYTES;
  if (isFit) return { to: "queue", topic, body, attributes };

  const envelope = readBody(body, { messageId, sentTimestamp: String(sentAt) });
  const row = envelope instanceof Drop ? envelope : rawRow(topic, envelope, ingestedAt);
  return row instanceof Drop ? new Refusal("DROPPED", row.reason) : { to: "stream", row };
}

/**
 * The row as of now: the refinery looks at what was ingested lately, and would pass over a row that comes back after
 * weeks under its old time. What is no row is left as it is.
 */
function ingestedAgain(bytes: Buffer, ingestedAt: number): Buffer {
  try {
    const row: Record<string, unknown> | null = JSON.parse(bytes.toString());
    const isRow = typeof row === "object" && row !== null && "ingestion_ts" in row;
    return isRow ? Buffer.from(JSON.stringify({ ...row, ingestion_ts: ingestedAt })) : bytes;
  } catch {
    return bytes;
  }
}
