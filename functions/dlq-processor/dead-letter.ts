import type { SQSMessageAttribute, SQSRecord } from "aws-lambda";
import {
  type ArchivedAttribute,
  type ArchiveObject,
  archiveDate,
  isArchiveTime,
  isMessageId,
  isTopic,
  NO_TOPIC,
} from "../common/archive.ts";
import { DEAD_LETTER_ATTRIBUTE, type DeadLetter } from "../common/dead-letter.ts";
import { REPLAY_ATTRIBUTE, readReplay } from "../common/replay.ts";
import { topicOf } from "../sqs-processor/topic.ts";
import type { Failed } from "./keep.ts";
import { UNKNOWN_TYPES, type UnknownType } from "./unknown.ts";
import { wholeRecord } from "./whole-record.ts";

/** What a message of the dead-letter queue says of itself. */
export interface DeadMessage {
  failed: Failed;
  /** It has the place, and the replay count, that its replay attribute says. */
  isReplay: boolean;
  /** SQS itself moved it, so that its body may still say what was wrong. */
  isUndiagnosed: boolean;
}

/**
 * Reads a message of the dead-letter queue. Where SQS moved it there, SQS names its queue, and it has its own id and
 * send time still. Where the sqs-processor sent it, an attribute says all that; since a producer can send one of that
 * name, it counts only where SQS names no queue, and only if it is well-formed. Both attributes of this system are left
 * out of what is archived.
 *
 * @param options.trustReplay Whether to believe the replay attribute, which a producer can send as well.
 */
export function readDeadMessage(
  given: SQSRecord,
  { topicQueuePrefix, trustReplay }: { topicQueuePrefix: string; trustReplay: boolean },
): DeadMessage {
  const record = wholeRecord(given);
  const { attributes, messageAttributes } = record;
  const sourceArn = attributes.DeadLetterQueueSourceArn;
  const letter = sourceArn === undefined ? readLetter(messageAttributes[DEAD_LETTER_ATTRIBUTE]) : undefined;
  const claim = readReplay(messageAttributes[REPLAY_ATTRIBUTE]);
  const replay = trustReplay ? claim : undefined;

  const own = { messageId: record.messageId, sentAt: Number(attributes.SentTimestamp) };
  // The sqs-processor believed the claim, and says the same.
  const { messageId, sentAt } = replay ?? (claim === undefined ? letter : undefined) ?? own;
  const topic = topicFrom(sourceArn ?? letter?.sourceQueueArn, topicQueuePrefix);
  const reason: Reason =
    letter === undefined
      ? unknown(topic === NO_TOPIC ? "SOURCE_UNKNOWN" : "RECEIVES_EXHAUSTED")
      : { error_class: letter.errorClass, error_type: letter.errorType, error_message: letter.errorMessage };

  return {
    failed: {
      date: archiveDate(sentAt),
      object: {
        origin: "sqs",
        topic,
        message_id: messageId,
        body: record.body,
        body_encoding: "utf8",
        sqs_attributes: { ...definedOnly(attributes), SentTimestamp: String(sentAt) },
        message_attributes: producersAttributes(messageAttributes),
        ...reason,
        receive_count: letter?.receiveCount ?? Number(attributes.ApproximateReceiveCount),
        replay_count: replay?.replayCount ?? 0,
      },
    },
    isReplay: replay !== undefined,
    isUndiagnosed: letter === undefined,
  };
}

type Reason = Pick<ArchiveObject, "error_class" | "error_type" | "error_message">;

function unknown(type: UnknownType): Reason {
  return { error_class: "UNKNOWN", error_type: type, error_message: UNKNOWN_TYPES[type] };
}

const ERROR_TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;
const MAX_ERROR_MESSAGE_LENGTH = 500;

function readLetter(attribute: SQSMessageAttribute | undefined): DeadLetter | undefined {
  let letter: Partial<DeadLetter> | null;
  try {
    letter = JSON.parse(attribute?.stringValue ?? "null");
  } catch {
    return undefined;
  }
  const { messageId, sentAt, sourceQueueArn, errorClass, errorType, errorMessage, receiveCount } = letter ?? {};
  const isWhole =
    isMessageId(messageId) &&
    isArchiveTime(sentAt) &&
    typeof sourceQueueArn === "string" &&
    errorClass === "DROP" &&
    typeof errorType === "string" &&
    ERROR_TYPE.test(errorType) &&
    typeof errorMessage === "string" &&
    errorMessage.length <= MAX_ERROR_MESSAGE_LENGTH &&
    Number.isSafeInteger(receiveCount) &&
    Number(receiveCount) >= 0;
  return isWhole ? (letter as DeadLetter) : undefined;
}

function topicFrom(queueArn: string | undefined, prefix: string): string {
  try {
    const topic = topicOf(queueArn ?? "", prefix);
    return isTopic(topic) ? topic : NO_TOPIC;
  } catch {
    return NO_TOPIC;
  }
}

function producersAttributes(attributes: SQSRecord["messageAttributes"]): ArchiveObject["message_attributes"] {
  // fromEntries, because a producer may name an attribute `__proto__`.
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name !== DEAD_LETTER_ATTRIBUTE && name !== REPLAY_ATTRIBUTE)
      .map(([name, attribute]) => [name, archived(attribute)]),
  );
}

/** A binary attribute may come with an empty string value beside it. */
function archived({ dataType, stringValue, binaryValue }: SQSMessageAttribute): ArchivedAttribute {
  return dataType.startsWith("Binary")
    ? { dataType, binaryValue: binaryValue ?? "" }
    : { dataType, stringValue: stringValue ?? "" };
}

function definedOnly(attributes: SQSRecord["attributes"]): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
