import { type ArchivedAttribute, isArchiveTime, isMessageId } from "./archive.ts";

/** Name of the message attribute that a replayed message carries beside the producer's own. */
export const REPLAY_ATTRIBUTE = "lean-ops.replay";

/**
 * The attribute's value, as JSON text. SQS gives a replayed message a new id and a new time; the row must have the
 * original ones wherever the body does not say, so that whoever deduplicates by message_id keeps one row however often
 * a message is replayed.
 */
export interface Replay {
  /** The SQS message id under which the producer sent it. */
  messageId: string;
  /** SentTimestamp of the original: epoch milliseconds. */
  sentAt: number;
  /** 1 for the first replay. */
  replayCount: number;
}

/** A message that has failed this often again is for people, not for another try. */
export const MAX_REPLAYS = 5;

/**
 * How long Lambda tries a request (the stream mapping's maximum record age). What is still REPLAY_REQUESTED after that
 * was given up, and may be asked for again.
 */
export const REPLAY_REQUEST_SECONDS = 3600;

/**
 * What the replay attribute says, if it is one. Any producer can send a message with an attribute of this name, so what
 * it says must be fit for a key and within bounds; a message with another one is as if it had none.
 */
export function readReplay(attribute: Pick<ArchivedAttribute, "stringValue"> | undefined): Replay | undefined {
  let value: Partial<Record<keyof Replay, unknown>> | null;
  try {
    value = JSON.parse(attribute?.stringValue ?? "null");
  } catch {
    return undefined;
  }
  const { messageId, sentAt, replayCount } = value ?? {};
  if (!isMessageId(messageId) || !isArchiveTime(sentAt)) return undefined;
  if (!Number.isInteger(replayCount) || Number(replayCount) < 1 || Number(replayCount) > MAX_REPLAYS) return undefined;
  return { messageId, sentAt, replayCount: Number(replayCount) };
}
