import { readBatchInput } from "../firehose/input.ts";
import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";
import { THROTTLED } from "./firehose-throttle.ts";

interface BatchOutput {
  Encrypted: boolean;
  RequestResponses: unknown[];
}

/**
 * PutRecordBatch stores some of its records and refuses the others
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html): the answers stand in the records'
 * order. The rate is the share of records.
 */
export function firehosePartial({ trigger }: FaultParts): Fault {
  return {
    service(service) {
      if (service.name !== "firehose") return service;
      return aroundCalls(service, async ({ action, input }, next) => {
        if (action !== "PutRecordBatch") return next();
        // The limits hold for the request as it was sent, not for the part of it that goes on.
        readBatchInput(input);
        const records = input.Records as unknown[];
        const refused = records.map(() => trigger.strikes());
        const failed = refused.filter(Boolean).length;
        if (failed === 0) return next();
        const stored = records.filter((_, index) => !refused[index]);
        const output = stored.length > 0 ? ((await next({ ...input, Records: stored })) as BatchOutput) : NOTHING;
        const answers = output.RequestResponses.values();
        return {
          ...output,
          FailedPutCount: failed,
          RequestResponses: refused.map((isRefused) => (isRefused ? REFUSAL : answers.next().value)),
        };
      });
    },
  };
}

const REFUSAL = { ErrorCode: THROTTLED.code, ErrorMessage: THROTTLED.message };
const NOTHING: BatchOutput = { Encrypted: false, RequestResponses: [] };
