import type * as kinesis from "@pulumi/aws/kinesis/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import { reservedConcurrency, type Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import { HardenedFunction } from "./hardened-function.ts";
import type { Placement } from "./policy.ts";

export interface ComputeArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "processor" | "logs">;
  placement: Placement;
  /** By topic. */
  queues: Readonly<Record<string, sqs.Queue>>;
  deadLetterQueue: sqs.Queue;
  deliveryStream: kinesis.FirehoseDeliveryStream;
}

/** The sqs-processor, and a mapping from each topic's queue to it. */
export class Compute extends pulumi.ComponentResource {
  readonly processor: HardenedFunction;
  /** By topic. */
  readonly mappings: Readonly<Record<string, lambda.EventSourceMapping>>;

  constructor(name: string, args: ComputeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Compute", name, {}, opts);
    const { names, settings, placement, queues, deadLetterQueue, deliveryStream } = args;
    const { processor } = settings;

    this.processor = new HardenedFunction(
      `${name}-sqs-processor`,
      {
        functionName: names.functionName("sqs-processor"),
        description: "Takes the topics' messages and puts them to the delivery stream",
        code: bundle("functions/sqs-processor/index.ts"),
        timeoutSeconds: processor.timeoutSeconds,
        memoryMb: processor.memoryMb,
        reservedConcurrency: reservedConcurrency(settings),
        environment: {
          TOPIC_QUEUE_PREFIX: names.topicQueuePrefix,
          DELIVERY_STREAM: deliveryStream.name,
          DEAD_LETTER_QUEUE_URL: deadLetterQueue.url,
        },
        statements: [
          {
            // By prefix: 1,000 queue ARNs are far more than the 10,240 characters of a role's inline policies
            // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
            Sid: "ReceiveFromTopics",
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            Resource: pulumi.interpolate`arn:aws:sqs:${placement.region}:${placement.account}:${names.topicQueuePrefix}*`,
          },
          {
            Sid: "DeadLetterAtOnce",
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Resource: deadLetterQueue.arn,
          },
          {
            Sid: "Deliver",
            Effect: "Allow",
            Action: "firehose:PutRecordBatch",
            Resource: deliveryStream.arn,
          },
        ],
        logRetentionDays: settings.logs.retentionDays,
      },
      { parent: this },
    );

    const mappingOf = (topic: string, queue: sqs.Queue, maximumConcurrency: number) =>
      new lambda.EventSourceMapping(
        `${name}-${topic}`,
        {
          eventSourceArn: queue.arn,
          functionName: this.processor.function.arn,
          batchSize: processor.batchSize,
          maximumBatchingWindowInSeconds: processor.batchWindowSeconds,
          functionResponseTypes: ["ReportBatchItemFailures"],
          scalingConfig: { maximumConcurrency },
          metricsConfig: { metrics: ["EventCount"] },
        },
        // The provider takes a missing `enabled` for true: `pulumi up` would start a topic that an operator stopped.
        { parent: this, ignoreChanges: ["enabled"] },
      );
    this.mappings = Object.fromEntries(
      Object.entries(queues).map(([topic, queue]) => {
        const { maximumConcurrency } = settings.topics[topic] ?? processor;
        return [topic, mappingOf(topic, queue, maximumConcurrency)];
      }),
    );

    this.registerOutputs();
  }
}
