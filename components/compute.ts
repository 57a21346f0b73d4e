import type * as kinesis from "@pulumi/aws/kinesis/index.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { lanesOf } from "../functions/common/signals.ts";
import type { Names } from "../settings/names.ts";
import { processorConcurrency, type Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { ENCRYPT, keyUse, type Placement, topicQueueArns } from "./policy.ts";
import { queueMapping } from "./queue-mapping.ts";

export interface ComputeArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "processor"> & {
    observability: Pick<Settings["observability"], "topicMetrics">;
  };
  placement: Placement;
  functionDefaults: FunctionDefaults;
  /** Of messages. */
  messagesKey: pulumi.Input<string>;
  /** By topic. */
  queues: Readonly<Record<string, sqs.Queue>>;
  deadLetterQueue: sqs.Queue;
  topicQueueUrlPrefix: pulumi.Input<string>;
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
    const { processor, observability } = settings;

    this.processor = new HardenedFunction(
      `${name}-sqs-processor`,
      {
        ...args.functionDefaults,
        functionName: names.functionName("sqs-processor"),
        description: "Takes the topics' messages and puts them to the delivery stream",
        code: bundle("functions/sqs-processor/index.ts", {
          extraFiles: { "topics.json": lanesByTopic(settings) },
        }),
        timeoutSeconds: processor.timeoutSeconds,
        memoryMb: processor.memoryMb,
        reservedConcurrency: processorConcurrency(settings),
        environment: {
          TOPIC_QUEUE_PREFIX: names.topicQueuePrefix,
          TOPIC_QUEUE_URL_PREFIX: args.topicQueueUrlPrefix,
          DELIVERY_STREAM: deliveryStream.name,
          DEAD_LETTER_QUEUE_URL: deadLetterQueue.url,
          TOPIC_METRICS: observability.topicMetrics ? "on" : "off",
        },
        statements: [
          {
            Sid: "ReceiveFromTopics",
            Effect: "Allow",
            Action: [
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage",
              "sqs:ChangeMessageVisibility",
              "sqs:GetQueueAttributes",
            ],
            Resource: topicQueueArns(names, placement),
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
          keyUse({ sid: "MessagesKey", key: args.messagesKey, actions: ENCRYPT, via: ["sqs"] }, placement),
        ],
      },
      { parent: this },
    );

    const mappingOf = (topic: string, queue: sqs.Queue) =>
      queueMapping(
        `${name}-${topic}`,
        {
          queue,
          function: this.processor.function,
          batchSize: processor.batchSize,
          batchWindowSeconds: processor.batchWindowSeconds,
          maximumConcurrency: (settings.topics[topic] ?? processor).maximumConcurrency,
          countsEvents: observability.topicMetrics,
        },
        this,
      );
    this.mappings = Object.fromEntries(
      Object.entries(queues).map(([topic, queue]) => [topic, mappingOf(topic, queue)]),
    );

    this.registerOutputs();
  }
}

function lanesByTopic({ topics }: ComputeArgs["settings"]): string {
  return JSON.stringify(Object.fromEntries(lanesOf(Object.keys(topics))));
}
