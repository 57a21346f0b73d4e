import type { Context, FirehoseTransformationEvent } from "aws-lambda";
import type { Log } from "../common/log.ts";
import { type Routes, type TransformedRecord, transform } from "./transform.ts";

export const SERVICE = "firehose-transform";

export interface HandlerDependencies {
  routes: Routes;
  log: Log;
}

/** Answers every record of a batch that Firehose is about to deliver, in its order. */
export function createHandler({
  routes,
  log,
}: HandlerDependencies): (
  event: FirehoseTransformationEvent,
  context: Context,
) => Promise<{ records: TransformedRecord[] }> {
  return async (event, context) => {
    const { records, failures } = transform(event.records, routes);
    if (Object.keys(failures).length > 0) {
      log.error("records failed", { function_request_id: context.awsRequestId, reasons: failures });
    }
    return { records };
  };
}
