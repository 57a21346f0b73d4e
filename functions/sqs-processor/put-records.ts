import type { PutRecordBatchCommandOutput } from "@aws-sdk/client-firehose";
import { type ChunkLimits, chunks } from "../common/chunks.ts";
import { type Clock, sleep } from "../common/clock.ts";
import { callBefore, DeadlineError } from "../common/deadline.ts";
import { errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import { type DependencyFailure, entryFailure, thrownFailure } from "./dependency-failure.ts";
import { count, type Tally } from "./tally.ts";

/** Calls PutRecordBatch once; the response's entries stand in the records' order. */
export type PutRecordBatch = (
  records: readonly Uint8Array[],
  signal: AbortSignal,
) => Promise<Pick<PutRecordBatchCommandOutput, "RequestResponses">>;

export interface PutDependencies {
  putRecordBatch: PutRecordBatch;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** Epoch milliseconds by which all must have ended. */
  deadline: number;
  /** How a record failed that got no answer by then, not even to a try before; `UNAVAILABLE` by default. */
  late?: DependencyFailure;
}

interface Refused<T> {
  item: T;
  failure: DependencyFailure;
}

export interface PutOutcome<T> {
  /** What Firehose did not take, as far as we know, and how the last try failed that was not cut short. */
  refused: Refused<T>[];
  /** How many records each error refused, over all tries: by Firehose's error code, or the name of the error thrown. */
  errors: Tally;
}

/**
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html. AWS does not say whether the 4 MiB
 * count before base64 or after [?]: they are counted after it, which is right either way.
 */
const REQUEST_LIMITS: ChunkLimits = { items: 500, bytes: 4 * 1024 * 1024 };
/** Of a request's JSON, around each record's base64: `{"Data":""},`. */
const RECORD_OVERHEAD_BYTES = 12;
const REQUEST_OVERHEAD_BYTES = 200;
/** A batch of 6 MB is a few calls; all at once would only be throttled sooner. */
const CALLS_IN_FLIGHT = 4;
const TRIES = 3;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 2000;
/** So that a dead Firehose is reported in seconds, whatever the function's timeout. */
export const PUT_BUDGET_MS = 8000;

/**
 * Puts records to the delivery stream. Those that Firehose refuses, and those alone, are tried again with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), as are those of a call that failed in a
 * way that passes: throttled, timed out, unavailable. A call that fails otherwise is not made again.
 *
 * Each item stands beside its record from end to end, so that an answer's position can only ever mean one item. A call
 * that ran out of time may have stored its records: they count as refused, and may arrive twice.
 */
export async function putRecords<T extends { row: Uint8Array }>(
  items: readonly T[],
  { putRecordBatch, clock, random, deadline, late = "UNAVAILABLE" }: PutDependencies,
): Promise<PutOutcome<T>> {
  const end = Math.min(deadline, clock.now() + PUT_BUDGET_MS);
  const errors: Tally = {};

  const putOnce = async (pending: Refused<T>[]): Promise<{ refused: Refused<T>[]; passes: boolean }> => {
    try {
      const { RequestResponses: responses = [] } = await callBefore(clock, end, (signal) =>
        putRecordBatch(
          pending.map(({ item }) => item.row),
          signal,
        ),
      );
      const refused = pending.flatMap(({ item }, position) => {
        const response = responses[position];
        if (response !== undefined && response.ErrorCode === undefined) return [];
        count(errors, response?.ErrorCode ?? "NoResponse");
        return [{ item, failure: entryFailure(response?.ErrorCode) }];
      });
      return { refused, passes: true };
    } catch (error) {
      count(errors, errorName(error), pending.length);
      // Cut short, it tells nothing new of Firehose, which may have answered before that it is asked too often.
      if (error instanceof DeadlineError) return { refused: pending, passes: true };
      const failure = thrownFailure(error);
      return { refused: pending.map(({ item }) => ({ item, failure })), passes: failure !== "REFUSED" };
    }
  };

  const putChunk = async (chunk: readonly T[]): Promise<Refused<T>[]> => {
    let pending = chunk.map((item) => ({ item, failure: late }));
    for (let tries = 1; ; tries++) {
      const { refused, passes } = await putOnce(pending);
      if (refused.length === 0 || !passes || tries === TRIES) return refused;
      const pause = random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (tries - 1));
      if (clock.now() + pause >= end) return refused;
      await sleep(clock, pause);
      pending = refused;
    }
  };

  const limits = { ...REQUEST_LIMITS, bytes: REQUEST_LIMITS.bytes - REQUEST_OVERHEAD_BYTES };
  const refused = await inParallel(chunks(items, limits, bytesInRequest), CALLS_IN_FLIGHT, putChunk);
  return { refused: refused.flat(), errors };
}

function bytesInRequest({ row }: { row: Uint8Array }): number {
  return Math.ceil(row.length / 3) * 4 + RECORD_OVERHEAD_BYTES;
}
