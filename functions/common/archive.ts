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

/** Whether what comes from outside is an attribute that can be sent again. */
export function isAttribute(value: unknown): value is ArchivedAttribute {
  if (typeof value !== "object" || value === null) return false;
  const { dataType, stringValue, binaryValue }: { [name in keyof ArchivedAttribute]?: unknown } = value;
  return typeof dataType === "string" && isTextOrAbsent(stringValue) && isTextOrAbsent(binaryValue);
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
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
  /** For people. Origin `sqs`: quotes nothing of the body. Origin `firehose`: what Firehose said. */
  error_message: string;
  /** Receives over all queues that held it. Origin `firehose`: how often Firehose tried. */
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

/** As the settings' rule for topics has it: what names a queue and a table can stand in a key. */
const TOPIC = /^[a-z][a-z0-9-]{0,79}$/;
/**
 * At most 100 characters (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html).
 * They are UUIDs wherever they are seen, which AWS does not promise [?].
 */
const MESSAGE_ID = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether a text that comes from outside may stand in a key as a topic. */
export function isTopic(text: unknown): text is string {
  return typeof text === "string" && TOPIC.test(text);
}

/** Whether a text that comes from outside may stand in a key as an SQS message id. */
export function isMessageId(text: unknown): text is string {
  return typeof text === "string" && MESSAGE_ID.test(text);
}

/** Whether epoch milliseconds that come from outside have an {@link archiveDate}. */
export function isArchiveTime(time: unknown): time is number {
  return Number.isSafeInteger(time) && Number(time) >= 0 && Number(time) < Date.UTC(10_000, 0);
}

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

/** @param epochMs of the first send: an {@link isArchiveTime}. */
export function archiveDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/**
 * The id of a record that Firehose could not deliver. Its row does not hold the SQS message id, and the producer's own
 * may collide or hold a slash: so the record's bytes themselves give the id, the same on every retry.
 *
 * @param place Where it was found, where that makes it another.
 */
export function undeliveredId(record: Uint8Array, place = ""): string {
  return createHash("sha256").update(place).update(record).digest("hex").slice(0, 32);
}

/** @returns undefined where the text is no archive object. */
export function readArchiveObject(text: string): ArchiveObject | undefined {
  let object: Partial<ArchiveObject> | null;
  try {
    object = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof object !== "object" || object === null) return undefined;
  const { origin, topic, message_id, body, body_encoding, sqs_attributes, message_attributes } = object;
  const isWhole =
    (origin === "sqs" || origin === "firehose") &&
    (isTopic(topic) || topic === NO_TOPIC) &&
    isMessageId(message_id) &&
    typeof body === "string" &&
    (body_encoding === "utf8" || body_encoding === "base64") &&
    typeof sqs_attributes === "object" &&
    sqs_attributes !== null &&
    typeof message_attributes === "object" &&
    message_attributes !== null &&
    Object.values(message_attributes).every(isAttribute);
  return isWhole ? (object as ArchiveObject) : undefined;
}
