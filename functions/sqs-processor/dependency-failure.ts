import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { DeadlineError } from "../common/deadline.ts";

/**
 * How a dependency (Firehose, or the dead-letter queue) failed, as the SDK reads its errors by name, status and code:
 *
 * - `THROTTLED`: it said that it was asked too often, or did not say whether it was that: see {@link BUSY}.
 * - `UNAVAILABLE`: it did not answer in time, the connection broke, or it had an error of its own.
 * - `REFUSED`: anything else, such as a missing permission, key or stream. It lasts until somebody repairs it.
 */
export type DependencyFailure = "THROTTLED" | "UNAVAILABLE" | "REFUSED";

/**
 * Firehose's answer to who exceeds a stream's throughput as well as when it is away
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html), of a call or of one record. Taken
 * for throttling, since a burst must not look like an outage. An outage that says nothing else is still found: throttling
 * that is total for five minutes has an alarm of its own, and the backoff alone outlasts an hour.
 */
const BUSY = "ServiceUnavailableException";

/** Of a call that threw. */
export function thrownFailure(error: unknown): DependencyFailure {
  if (!(error instanceof Error)) return "REFUSED";
  if (error instanceof DeadlineError) return "UNAVAILABLE";
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  if (error.name === BUSY || isThrottlingError(sdkError)) return "THROTTLED";
  return isTransientError(sdkError) || isServerError(sdkError) ? "UNAVAILABLE" : "REFUSED";
}

/** What Firehose documents for a record besides {@link BUSY}; nothing at all is none of its answers. */
const UNAVAILABLE_CODES: readonly unknown[] = ["InternalFailure", undefined];

/** Of one entry of a call that as a whole succeeded. */
export function entryFailure(code: string | undefined, senderFault?: boolean): DependencyFailure {
  if (code === BUSY) return "THROTTLED";
  if (code !== undefined && isThrottlingError({ name: code, message: "", $metadata: {} })) return "THROTTLED";
  return senderFault === false || UNAVAILABLE_CODES.includes(code) ? "UNAVAILABLE" : "REFUSED";
}
