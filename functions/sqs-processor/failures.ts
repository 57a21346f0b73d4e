import type { ErrorClass } from "../common/archive.ts";
import { SIGNALS } from "../common/signals.ts";

interface Failure {
  /** Undefined where nothing failed. */
  errorClass: ErrorClass | undefined;
  /** What failed, where it was not the message. */
  dependency?: "Firehose" | "dead-letter queue";
  /** The metric that counts its messages. */
  metric: string;
}

const BY_FIREHOSE = { errorClass: "RETRY", dependency: "Firehose", metric: SIGNALS.dependencyFailures } as const;
const BY_DEAD_LETTER_QUEUE = { ...BY_FIREHOSE, dependency: "dead-letter queue" } as const;
/** Counted apart from the failures, which open the circuit: a burst passes sooner if what can be put still is. */
const THROTTLED = { metric: SIGNALS.dependencyThrottles } as const;

/**
 * Every reason for which a message goes back to its queue. A message that is bad in itself goes to the dead-letter
 * queue instead, with one of the DROP_REASONS.
 *
 * Whatever a dependency does is `RETRY`, a refusal too: a missing permission is repaired within the hour, and as
 * `UNKNOWN` it would send every message to the dead-letter queue within a minute. `UNKNOWN` is only what went wrong with
 * one message while it was handled.
 */
export const FAILURES = {
  /** Firehose was asked too often, or may have been. */
  FIREHOSE_THROTTLED: { ...BY_FIREHOSE, ...THROTTLED },
  /** Firehose did not answer in time, or had an error of its own. */
  FIREHOSE_UNAVAILABLE: BY_FIREHOSE,
  /** Firehose refused, and will until somebody repairs it. */
  FIREHOSE_REFUSED: BY_FIREHOSE,
  /** The message is bad in itself, and the dead-letter queue was asked too often. */
  DEAD_LETTER_QUEUE_THROTTLED: { ...BY_DEAD_LETTER_QUEUE, ...THROTTLED },
  /** The message is bad in itself, and the dead-letter queue did not answer in time, or had an error of its own. */
  DEAD_LETTER_QUEUE_UNAVAILABLE: BY_DEAD_LETTER_QUEUE,
  /** The message is bad in itself, and the dead-letter queue refused, and will until somebody repairs it. */
  DEAD_LETTER_QUEUE_REFUSED: BY_DEAD_LETTER_QUEUE,
  /** The message is bad in itself, and has no room for the reason beside it. */
  NO_ROOM_FOR_REASON: { errorClass: "DROP", metric: SIGNALS.leftToRedrive },
  /** Reading the message threw an error that nobody foresaw. */
  UNEXPECTED_ERROR: { errorClass: "UNKNOWN", metric: SIGNALS.unknownFailures },
  /** The invocation's time ended before the message's turn came. */
  NOT_REACHED: { errorClass: undefined, metric: SIGNALS.notReached },
} as const satisfies Record<string, Failure>;

/** What is known of an outcome that is a failure. */
export function failureOf(outcome: string): Failure | undefined {
  return Object.hasOwn(FAILURES, outcome) ? FAILURES[outcome as FailureType] : undefined;
}

export type FailureType = keyof typeof FAILURES;
