import type { SQSBatchResponse } from "aws-lambda";

/**
 * Reports messages, so that SQS delivers them again. One whose id is none is reported by an empty one, which has the
 * whole batch delivered again (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function batchResponse(messageIds: Iterable<unknown>): SQSBatchResponse {
  const named = Array.from(messageIds, (id) => ({ itemIdentifier: typeof id === "string" ? id : "" }));
  return { batchItemFailures: named };
}
