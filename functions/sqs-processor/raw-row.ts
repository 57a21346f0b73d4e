import { Drop } from "./drop.ts";
import type { Envelope } from "./envelope.ts";

/**
 * A record's largest size, before base64
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html).
 */
export const MAX_RECORD_BYTES = 1000 * 1024;

/**
 * The row as Firehose must get it: one JSON object a record, in one line, every column present, because a column that
 * a record lacks would send it to the error bucket.
 *
 * @param topic Characters of a queue's name only.
 * @param ingestedAt Epoch seconds.
 */
export function rawRow(
  topic: string,
  { messageId, publishTime, keys, payload }: Envelope,
  ingestedAt: number,
): Buffer | Drop {
  const head =
    `{"topic_name":"${topic}","message_id":${messageId},"idempotency_key":${keys.idempotencyKey},` +
    `"period_reference":${keys.periodReference},"correlation_id":${keys.correlationId},` +
    `"publish_time":${publishTime},"ingestion_ts":${ingestedAt},"json_payload":"`;
  const start = Buffer.byteLength(head);
  const end = start + payload.length;
  const bytes = end + 2;
  if (bytes > MAX_RECORD_BYTES) return new Drop("RECORD_TOO_LARGE", `${bytes} bytes of ${MAX_RECORD_BYTES}`);
  const record = Buffer.allocUnsafe(bytes);
  record.write(head);
  record.set(payload, start);
  record[end] = 0x22; // "
  record[end + 1] = 0x7d; // }
  return record;
}
