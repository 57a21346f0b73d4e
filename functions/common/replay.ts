/** Name of the message attribute that a replayed message carries beside the producer's own. */
export const REPLAY_ATTRIBUTE = "lean-ops.replay";

/**
 * The attribute's value, as JSON text. SQS gives a replayed message a new id and a new time; the row must have the
 * original ones wherever the body does not say, so that CURATED holds one row however often a message is replayed.
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
