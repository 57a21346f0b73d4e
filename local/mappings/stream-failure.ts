import { randomUUID } from "node:crypto";
import type { StreamBatch } from "./stream-retry.ts";

/** Why records were given up. */
export type DiscardCondition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

interface Discard {
  batch: StreamBatch;
  condition: DiscardCondition;
  functionArn: string;
  streamArn: string;
  shardId: string;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * What Lambda tells an on-failure destination of discarded records: where in the stream they are, not what they hold
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html). JSON text.
 *
 * Records that never reached the function have no `responseContext` [?]; a partial failure has no `functionError` [?].
 */
export function failureMessage({ batch, condition, functionArn, streamArn, shardId, at }: Discard): string {
  const { entries, invocations, functionError } = batch;
  const [first, last] = [entries.at(0), entries.at(-1)];
  return JSON.stringify({
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
    ...(invocations === 0
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            ...(functionError === undefined ? {} : { functionError }),
          },
        }),
    version: "1.0",
    timestamp: new Date(at).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: wholeSeconds(first?.createdAt ?? at),
      approximateArrivalOfLastRecord: wholeSeconds(last?.createdAt ?? at),
      batchSize: entries.length,
      streamArn,
    },
  });
}

/** `2026-01-10T08:15:30Z` */
function wholeSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
