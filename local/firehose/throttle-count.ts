import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { DeliveryStream } from "./stream.ts";

/** Of a call, and of a record in the answer: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html */
const THROTTLED = "ServiceUnavailableException";

/**
 * Counts the records that Firehose throttles, as its metric `ThrottledRecords` does. The local Firehose itself throttles
 * nothing, so this goes around whatever does so in its place.
 *
 * @param streams By name.
 */
export function countThrottles(firehose: JsonService, streams: ReadonlyMap<string, DeliveryStream>): JsonService {
  const count = (input: Record<string, unknown>, records: number): void => {
    if (records > 0) streams.get(String(input.DeliveryStreamName))?.metrics.add("ThrottledRecords", records);
  };
  return {
    name: firehose.name,
    contentType: firehose.contentType,
    async call(action, input, caller) {
      try {
        const output = await firehose.call(action, input, caller);
        count(input, throttledIn(output));
        return output;
      } catch (error) {
        if (error instanceof AwsError && error.name === THROTTLED) count(input, recordsIn(action, input));
        throw error;
      }
    },
  };
}

function recordsIn(action: string, { Records }: Record<string, unknown>): number {
  if (action === "PutRecord") return 1;
  return action === "PutRecordBatch" && Array.isArray(Records) ? Records.length : 0;
}

function throttledIn(output: unknown): number {
  const { RequestResponses } = (output ?? {}) as { RequestResponses?: readonly { ErrorCode?: unknown }[] };
  return RequestResponses?.filter(({ ErrorCode }) => ErrorCode === THROTTLED).length ?? 0;
}
