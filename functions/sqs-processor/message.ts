import type { SQSRecord } from "aws-lambda";
import { Drop } from "./drop.ts";
import { readBody } from "./envelope.ts";
import { rawRow } from "./raw-row.ts";

/**
 * The RAW row of a message, or the verdict that there can be none.
 *
 * @param ingestedAt Epoch seconds.
 */
export function rowOf(record: SQSRecord, topic: string, ingestedAt: number): Buffer | Drop {
  const { body, messageId, attributes } = record;
  const envelope = readBody(body, { messageId, sentTimestamp: attributes.SentTimestamp });
  return envelope instanceof Drop ? envelope : rawRow(topic, envelope, ingestedAt);
}
