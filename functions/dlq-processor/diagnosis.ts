import type { ArchiveObject } from "../common/archive.ts";
import { Drop } from "../sqs-processor/drop.ts";
import { readBody } from "../sqs-processor/envelope.ts";
import { rawRow } from "../sqs-processor/raw-row.ts";

/**
 * Why the sqs-processor drops a message, found with the sqs-processor's own core: for what SQS itself moved to the
 * dead-letter queue, because it had no room for the reason beside it.
 *
 * @returns undefined where nothing is wrong with the message itself, as far as the core can tell.
 */
export function dropOf({ topic, message_id, body, sqs_attributes }: DiagnosedObject): Drop | undefined {
  try {
    const origin = { messageId: message_id, sentTimestamp: sqs_attributes.SentTimestamp ?? "0" };
    const envelope = readBody(body, origin);
    const row = envelope instanceof Drop ? envelope : rawRow(topic, envelope, 0);
    return row instanceof Drop ? row : undefined;
  } catch {
    // What the core fails on is just what the class UNKNOWN is for.
    return undefined;
  }
}

type DiagnosedObject = Pick<ArchiveObject, "topic" | "message_id" | "body" | "sqs_attributes">;
