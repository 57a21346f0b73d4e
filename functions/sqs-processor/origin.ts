import type { SQSRecord } from "aws-lambda";
import { REPLAY_ATTRIBUTE, readReplay } from "../common/replay.ts";

/** Who a message is, whatever its body says: the same at every receive and every replay. */
export interface SqsOrigin {
  /** The SQS message id under which the producer sent it. */
  messageId: string;
  /** When the producer sent it: epoch milliseconds, as JSON writes a whole number. */
  sentTimestamp: string;
}

const EPOCH_MS = /^(?:0|[1-9]\d{0,14})$/;

/**
 * A replayed message has an id and a send time of its own; an attribute says the original ones, and stands in for them
 * if it is well-formed. Otherwise it is no replay, but whatever a producer put there.
 *
 * @throws Error where SQS says neither: a row without them would be none.
 */
export function originOf({ messageId, attributes, messageAttributes }: SQSRecord): SqsOrigin {
  const replay = isMarkedAsReplay({ messageAttributes }) ? readReplay(messageAttributes[REPLAY_ATTRIBUTE]) : undefined;
  if (replay !== undefined) return { messageId: replay.messageId, sentTimestamp: String(replay.sentAt) };
  const { SentTimestamp: sentTimestamp } = attributes;
  if (typeof messageId !== "string" || typeof sentTimestamp !== "string" || !EPOCH_MS.test(sentTimestamp)) {
    throw new Error("SQS's own id or time of a message is missing");
  }
  return { messageId, sentTimestamp };
}

/** Whether a message carries an attribute of the replay's name that says nothing. */
export function hasMalformedReplay(record: Pick<SQSRecord, "messageAttributes">): boolean {
  return isMarkedAsReplay(record) && readReplay(record.messageAttributes[REPLAY_ATTRIBUTE]) === undefined;
}

function isMarkedAsReplay({ messageAttributes }: Pick<SQSRecord, "messageAttributes">): boolean {
  return messageAttributes[REPLAY_ATTRIBUTE] !== undefined;
}
