import * as lambda from "@pulumi/aws/lambda/index.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import type * as pulumi from "@pulumi/pulumi";

export interface QueueMappingArgs {
  queue: sqs.Queue;
  function: lambda.Function;
  batchSize: number;
  batchWindowSeconds: number;
  maximumConcurrency: number;
  /** Whether Lambda counts the mapping's events: five metrics, which are paid for like custom ones [?]. */
  countsEvents: boolean;
}

/** Has Lambda invoke a function with a queue's messages, of which it acknowledges those that the function does not report. */
export function queueMapping(
  name: string,
  args: QueueMappingArgs,
  parent: pulumi.ComponentResource,
): lambda.EventSourceMapping {
  return new lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: args.queue.arn,
      functionName: args.function.arn,
      batchSize: args.batchSize,
      maximumBatchingWindowInSeconds: args.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: args.maximumConcurrency },
      ...(args.countsEvents ? { metricsConfig: { metrics: ["EventCount"] } } : {}),
    },
    // The provider takes a missing `enabled` for true: `pulumi up` would start a queue's mapping that was stopped.
    { parent, ignoreChanges: ["enabled"] },
  );
}
