import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";

export interface MessagingArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "queue">;
}

const DAY = 24 * 60 * 60;

/** The largest message that SQS takes, in bytes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAXIMUM_MESSAGE_BYTES = 1024 * 1024;

/** A queue per topic, and one dead-letter queue for all of them. */
export class Messaging extends pulumi.ComponentResource {
  /** By topic. */
  readonly queues: Readonly<Record<string, sqs.Queue>>;
  readonly deadLetterQueue: sqs.Queue;

  constructor(name: string, args: MessagingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Messaging", name, {}, opts);
    const { names, settings } = args;

    const common = {
      sqsManagedSseEnabled: true,
      maxMessageSize: MAXIMUM_MESSAGE_BYTES,
      receiveWaitTimeSeconds: 20,
      visibilityTimeoutSeconds: settings.queue.visibilityTimeoutSeconds,
    };

    this.deadLetterQueue = new sqs.Queue(
      `${name}-dlq`,
      {
        ...common,
        name: names.deadLetterQueue,
        messageRetentionSeconds: settings.queue.deadLetterRetentionDays * DAY,
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
    const queueOf = (topic: string) =>
      new sqs.Queue(
        `${name}-topic-${topic}`,
        {
          ...common,
          name: names.topicQueue(topic),
          messageRetentionSeconds: settings.queue.retentionDays * DAY,
          redrivePolicy,
        },
        { parent: this },
      );
    this.queues = Object.fromEntries(Object.keys(settings.topics).map((topic) => [topic, queueOf(topic)]));

    this.registerOutputs();
  }
}
