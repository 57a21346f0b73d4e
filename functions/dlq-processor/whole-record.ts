import type { SQSRecord } from "aws-lambda";
import { isArchiveTime, isAttribute, isMessageId, undeliveredId } from "../common/archive.ts";

/** A message of SQS's, as far as it is archived: every field is there, and of its type. */
export type WholeRecord = Pick<SQSRecord, "messageId" | "body" | "attributes" | "messageAttributes">;

/**
 * What SQS hands over has always been whole. Should it ever not be, the message must not wait in the dead-letter queue
 * until it expires: so what is missing, or of another type, is as if empty, and the same at every receive.
 */
export function wholeRecord(record: SQSRecord): WholeRecord {
  const { messageId, body, attributes, messageAttributes }: { [field in keyof WholeRecord]?: unknown } = record;
  const text = typeof body === "string" ? body : "";
  const whole = fieldsOf(attributes, (value) => typeof value === "string") as unknown as SQSRecord["attributes"];
  return {
    messageId: isMessageId(messageId) ? messageId : undeliveredId(Buffer.from(text)),
    body: text,
    attributes: {
      ...whole,
      SentTimestamp: isTime(whole.SentTimestamp) ? whole.SentTimestamp : "0",
      ApproximateReceiveCount: isCount(whole.ApproximateReceiveCount) ? whole.ApproximateReceiveCount : "0",
    },
    messageAttributes: fieldsOf(messageAttributes, isAttribute) as SQSRecord["messageAttributes"],
  };
}

function fieldsOf(value: unknown, isGood: (field: unknown) => boolean): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  // fromEntries, because a producer may name an attribute `__proto__`.
  return Object.fromEntries(Object.entries(value).filter(([, field]) => isGood(field)));
}

function isTime(text: string | undefined): boolean {
  return text !== undefined && text !== "" && isArchiveTime(Number(text));
}

function isCount(text: string | undefined): boolean {
  return text !== undefined && Number.isSafeInteger(Number(text));
}
