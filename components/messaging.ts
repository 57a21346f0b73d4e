import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import type { Placement } from "./policy.ts";
import { sendersOf } from "./producers.ts";
import { DAY_SECONDS, type QueueBaseArgs, queueBase } from "./queue.ts";

export interface MessagingArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "queue" | "archive" | "producers">;
  placement: Placement;
  /** ARN of the key of messages. */
  key: pulumi.Input<string>;
}

/** The largest message that SQS takes, in bytes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAXIMUM_MESSAGE_BYTES = 1024 * 1024;

/** A queue per topic, and one dead-letter queue for all of them. */
export class Messaging extends pulumi.ComponentResource {
  /** By topic. */
  readonly queues: Readonly<Record<string, sqs.Queue>>;
  /** By topic, those that producers send to: of topics that are not retired. */
  readonly openQueues: Readonly<Record<string, sqs.Queue>>;
  readonly deadLetterQueue: sqs.Queue;
  /** What a topic is appended to for its queue's URL: a function's environment cannot hold 1,000 URLs. */
  readonly topicQueueUrlPrefix: pulumi.Output<string>;

  constructor(name: string, args: MessagingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Messaging", name, {}, opts);
    const { names, settings, placement } = args;

    const base = (name: string, senders?: QueueBaseArgs["senders"]) => ({
      ...queueBase({ name, key: args.key, settings, placement, ...(senders === undefined ? {} : { senders }) }),
      maxMessageSize: MAXIMUM_MESSAGE_BYTES,
    });

    this.deadLetterQueue = new sqs.Queue(
      `${name}-dlq`,
      {
        ...base(names.deadLetterQueue),
        visibilityTimeoutSeconds: settings.archive.visibilityTimeoutSeconds,
        messageRetentionSeconds: settings.queue.deadLetterRetentionDays * DAY_SECONDS,
        // `byQueue` names at most 10 source queues:
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "allowAll" }),
      },
      { parent: this },
    );

    const redrivePolicy = pulumi.jsonStringify({
      deadLetterTargetArn: this.deadLetterQueue.arn,
      maxReceiveCount: settings.queue.maxReceiveCount,
    });
    const isRetired = (topic: string) => settings.topics[topic]?.retired === true;
    const sendersTo = (topic: string) =>
      isRetired(topic) ? onlyReplays(args) : sendersOf(topic, settings.producers, placement);
    const queueOf = (topic: string) =>
      new sqs.Queue(
        `${name}-topic-${topic}`,
        {
          ...base(names.topicQueue(topic), sendersTo(topic)),
          visibilityTimeoutSeconds: settings.queue.visibilityTimeoutSeconds,
          messageRetentionSeconds: settings.queue.retentionDays * DAY_SECONDS,
          redrivePolicy,
          tags: { [names.topicQueueTag.key]: names.topicQueueTag.value },
        },
        { parent: this },
      );
    this.queues = Object.fromEntries(Object.keys(settings.topics).map((topic) => [topic, queueOf(topic)]));

    this.openQueues = Object.fromEntries(Object.entries(this.queues).filter(([topic]) => !isRetired(topic)));

    this.topicQueueUrlPrefix = this.deadLetterQueue.url.apply(
      (url) => url.slice(0, url.lastIndexOf("/") + 1) + names.topicQueuePrefix,
    );

    this.registerOutputs();
  }
}

/** What is sent to a retired topic is refused, whoever may send elsewhere, but for what comes from its archive. */
function onlyReplays({ names, placement }: MessagingArgs): NonNullable<QueueBaseArgs["senders"]> {
  const replay = pulumi.interpolate`arn:aws:iam::${placement.account}:role/${names.functionName("replay")}`;
  return (queueArn) => [
    {
      Sid: "Retired",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": replay } },
    },
  ];
}
