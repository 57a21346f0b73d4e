import type { StreamEntry } from "./stream-batch.ts";

/** Records that are processed together, with what has happened to them so far. */
export interface StreamBatch {
  entries: readonly StreamEntry[];
  /** Tries that the retry quota counts. */
  retries: number;
  /** Tries that never reached the function, which it does not count. */
  throttles: number;
  /** How often the function was invoked with these records, in a larger batch too. */
  invocations: number;
  /** How the last of these invocations ended; undefined before the first. */
  functionError: "Unhandled" | undefined;
  /** Before the next try, in milliseconds. */
  pauseMs: number;
}

export interface RetryPolicy {
  bisectsOnError: boolean;
  /** Undefined: without end. */
  maximumRetryAttempts: number | undefined;
}

export interface Verdict {
  /** What is tried again, in this order. */
  retry: StreamBatch[];
  /** What is given up. */
  discard: StreamBatch | undefined;
}

/** Pauses between tries: the first, and the longest; doubled from try to try. AWS documents no pace [?]. */
const PAUSE_MS = { first: 1_000, longest: 60_000 };

export function newBatch(entries: readonly StreamEntry[]): StreamBatch {
  return { entries, retries: 0, throttles: 0, invocations: 0, functionError: undefined, pauseMs: 0 };
}

/**
 * What becomes of a batch of which some records failed
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
 *
 * - All failed: with bisecting, the batch is split in two, which does not consume the retry quota.
 * - Some failed: everything from the first of them on is tried again, that is "bisected at the returned sequence
 *   number" whether bisecting is on or not. If that is the batch's first record, the whole batch stays together, and is
 *   given up together once the quota is used up [?].
 *
 * @param failed Sequence numbers, at least one.
 */
export function afterFailure(batch: StreamBatch, failed: ReadonlySet<string>, policy: RetryPolicy): Verdict {
  const { bisectsOnError, maximumRetryAttempts = Number.POSITIVE_INFINITY } = policy;
  const first = batch.entries.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber));
  const entries = batch.entries.slice(first);
  const pauseMs = pauseAfter(batch);
  if (bisectsOnError && failed.size === batch.entries.length && entries.length > 1) {
    const middle = Math.ceil(entries.length / 2);
    const [head, tail] = [entries.slice(0, middle), entries.slice(middle)];
    return {
      retry: [
        { ...batch, entries: head, pauseMs },
        { ...batch, entries: tail, pauseMs: 0 },
      ],
      discard: undefined,
    };
  }
  if (batch.retries >= maximumRetryAttempts) {
    return { retry: [], discard: { ...batch, entries } };
  }
  return { retry: [{ ...batch, entries, retries: batch.retries + 1, pauseMs }], discard: undefined };
}

/** What becomes of a batch with which the function could not be invoked. */
export function afterThrottle(batch: StreamBatch): StreamBatch {
  return { ...batch, throttles: batch.throttles + 1, pauseMs: pauseAfter(batch) };
}

function pauseAfter({ retries, throttles }: StreamBatch): number {
  return Math.min(PAUSE_MS.first * 2 ** (retries + throttles), PAUSE_MS.longest);
}
