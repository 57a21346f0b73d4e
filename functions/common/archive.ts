import { createHash } from "node:crypto";

/** `DROP`: the message itself is bad. `RETRY`: a dependency failed. `UNKNOWN`: nobody foresaw it. */
export type ErrorClass = "DROP" | "RETRY" | "UNKNOWN";

/** Where a message failed: between its queue and the delivery stream, or behind it. */
export type Origin = "sqs" | "firehose";

/** A message attribute as Lambda hands it over. */
export interface ArchivedAttribute {
  dataType: string;
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
}

/** What an archive object holds, as JSON: everything that a replay needs, and why there must be one. */
export interface ArchiveObject {
  origin: Origin;
  topic: string;
  /** Origin `sqs`: the SQS message id under which the producer sent it. Origin `firehose`: {@link undeliveredId}. */
  message_id: string;
  /** Exactly as received. Origin `firehose`: the RAW row. */
  body: string;
  /** `base64` where the body is no UTF-8, which only an undelivered record can be. */
  body_encoding: "utf8" | "base64";
  /** SQS's own, of the last receive: SentTimestamp is the first send's. */
  sqs_attributes: Record<string, string>;
  /** The producer's. */
  message_attributes: Record<string, ArchivedAttribute>;
  error_class: ErrorClass;
  error_type: string;
  /** For people; quotes nothing of the body. */
  error_message: string;
  receive_count: number;
  /** How often it had been replayed when it failed. */
  replay_count: number;
  /** ISO 8601. */
  archived_at: string;
}

/** The prefix of every archive object. */
export const ARCHIVE_PREFIX = "dlq-archive/";

/** Stands for the topic of an undelivered record that names none; no topic begins so. */
export const NO_TOPIC = "_none";

/** Where a message is kept; the same however often and whenever it is archived. */
export interface ArchivePlace {
  topic: string;
  /** UTC day on which the message was first sent: `2026-01-10`. */
  date: string;
  messageId: string;
}

/** `dlq-archive/{topic}/{date}/{message_id}.json` */
export function archiveKey({ topic, date, messageId }: ArchivePlace): string {
  return `${ARCHIVE_PREFIX}${topic}/${date}/${messageId}.json`;
}

/** @param epochMs of the first send. */
export function archiveDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/**
 * The id of a record that Firehose could not deliver. Its row does not hold the SQS message id, and the producer's own
 * may collide or hold a slash: so the record's bytes themselves give the id, the same on every retry.
 */
export function undeliveredId(record: Uint8Array): string {
  return createHash("sha256").update(record).digest("hex").slice(0, 32);
}
