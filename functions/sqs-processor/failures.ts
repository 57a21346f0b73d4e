import type { ErrorClass } from "../common/archive.ts";

interface Failure {
  /** Undefined where nothing failed. */
  errorClass: ErrorClass | undefined;
  meaning: string;
}

/**
 * Every reason for which a message goes back to its queue. A message that is bad in itself goes to the dead-letter
 * queue instead, with one of the DROP_REASONS.
 *
 * Whatever a dependency does is `RETRY`, a refusal too: a missing permission is repaired within the hour, and as
 * `UNKNOWN` it would send every message to the dead-letter queue within a minute. `UNKNOWN` is only what went wrong with
 * one message while it was handled.
 */
export const FAILURES = {
  FIREHOSE_THROTTLED: { errorClass: "RETRY", meaning: "Firehose was asked too often" },
  FIREHOSE_UNAVAILABLE: { errorClass: "RETRY", meaning: "Firehose did not answer, or had an error of its own" },
  FIREHOSE_REFUSED: { errorClass: "RETRY", meaning: "Firehose refused for a reason that somebody must repair" },
  DEAD_LETTER_QUEUE_THROTTLED: { errorClass: "RETRY", meaning: "the dead-letter queue was asked too often" },
  DEAD_LETTER_QUEUE_UNAVAILABLE: { errorClass: "RETRY", meaning: "the dead-letter queue did not answer, or failed" },
  DEAD_LETTER_QUEUE_REFUSED: { errorClass: "RETRY", meaning: "the dead-letter queue refused; somebody must repair it" },
  UNEXPECTED_ERROR: { errorClass: "UNKNOWN", meaning: "an error that nobody foresaw, in reading this message" },
  NO_ROOM_FOR_REASON: { errorClass: "DROP", meaning: "it is bad in itself, and has no room for the reason beside it" },
  NOT_REACHED: { errorClass: undefined, meaning: "the invocation's time ended before its turn came" },
} as const satisfies Record<string, Failure>;

export type FailureType = keyof typeof FAILURES;
