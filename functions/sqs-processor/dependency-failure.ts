import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { DeadlineError } from "../common/deadline.ts";

/**
 * How a dependency (Firehose, or the dead-letter queue) failed, as the SDK reads its errors by name, status and code:
 *
 * - `THROTTLED`: it said that it was asked too often.
 * - `UNAVAILABLE`: it did not answer in time, the connection broke, or it had an error of its own. Firehose's
 *   ServiceUnavailableException is one of these, though it may also mean that the stream's throughput is exceeded
 *   (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html).
 * - `REFUSED`: anything else, such as a missing permission, key or stream. It lasts until somebody repairs it.
 */
export type DependencyFailure = "THROTTLED" | "UNAVAILABLE" | "REFUSED";

/** Of a call that threw. */
export function thrownFailure(error: unknown): DependencyFailure {
  if (!(error instanceof Error)) return "REFUSED";
  if (error instanceof DeadlineError) return "UNAVAILABLE";
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  if (isThrottlingError(sdkError)) return "THROTTLED";
  return isTransientError(sdkError) || isServerError(sdkError) ? "UNAVAILABLE" : "REFUSED";
}

/** What Firehose documents for a record; nothing at all is none of its answers. */
const UNAVAILABLE_CODES: readonly unknown[] = ["ServiceUnavailableException", "InternalFailure", undefined];

/** Of one entry of a call that as a whole succeeded. */
export function entryFailure(code: string | undefined, senderFault?: boolean): DependencyFailure {
  if (code !== undefined && isThrottlingError({ name: code, message: "", $metadata: {} })) return "THROTTLED";
  return senderFault === false || UNAVAILABLE_CODES.includes(code) ? "UNAVAILABLE" : "REFUSED";
}
