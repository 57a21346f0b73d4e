import { AwsError } from "../api/errors.ts";
import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";

/** Firehose's own words, for a call and for a record. */
export const THROTTLED = { code: "ServiceUnavailableException", message: "Slow down." };

/** The actions by which Firehose takes records. */
export const PUTS: ReadonlySet<string> = new Set(["PutRecord", "PutRecordBatch"]);

/**
 * Puts are refused as a whole (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html).
 * The rate is the share of put calls.
 */
export function firehoseThrottle({ trigger }: FaultParts): Fault {
  return {
    service(service) {
      if (service.name !== "firehose") return service;
      return aroundCalls(service, async ({ action }, next) => {
        if (PUTS.has(action) && trigger.strikes()) {
          throw new AwsError(THROTTLED.code, THROTTLED.message, { status: 503 });
        }
        return next();
      });
    },
  };
}
