import { AwsError } from "../api/errors.ts";
import { sleep } from "../clock.ts";
import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";
import { PUTS } from "./firehose-throttle.ts";

/** Longer than the sqs-processor waits for an answer of Firehose's. */
const SILENCE_MS = 3500;

/**
 * Firehose is away: puts fail, and nothing of them is stored. One half fails at once, by the name that Firehose has for
 * this in an answer about one record
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatchResponseEntry.html; for a whole call [?]).
 * The other half gets no answer for longer than its client waits, and then the same error: a client's own timeout does
 * not scale with the clock, and an outage must not take more of a function's time than it would on AWS. What was
 * accepted before is delivered all the same. The rate is the share of put calls.
 */
export function firehoseOutage({ trigger, clock }: FaultParts): Fault {
  return {
    service(service) {
      if (service.name !== "firehose") return service;
      return aroundCalls(service, async ({ action }, next) => {
        if (!PUTS.has(action) || !trigger.strikes()) return next();
        if (trigger.random() < 0.5) await sleep(clock, SILENCE_MS);
        throw new AwsError("InternalFailure", "The request processing has failed because of an unknown error.", {
          status: 500,
        });
      });
    },
  };
}
