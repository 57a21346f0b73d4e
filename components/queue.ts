import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/settings.ts";
import { type Placement, policyDocument } from "./policy.ts";

export interface QueueBaseArgs {
  /** Physical name. */
  name: string;
  /** ARN of the key of messages. */
  key: pulumi.Input<string>;
  settings: Pick<Settings, "queue">;
  placement: Placement;
  /** Who may send to the queue besides the account's own roles, which their own policies let. */
  senders?(queueArn: pulumi.Output<string>): PolicyStatement[];
}

/**
 * What every queue has: encrypted, polled without empty answers, and reached by TLS alone. The policy is the queue's own
 * input: as a resource besides, it would be one more for each of 1,000 topics.
 */
export function queueBase({ name, key, settings, placement, senders }: QueueBaseArgs): sqs.QueueArgs {
  const { account, region } = placement;
  const arn = pulumi.interpolate`arn:aws:sqs:${region}:${account}:${name}`;
  return {
    name,
    kmsMasterKeyId: key,
    kmsDataKeyReusePeriodSeconds: settings.queue.dataKeyReuseSeconds,
    receiveWaitTimeSeconds: 20,
    policy: policyDocument([
      {
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(senders?.(arn) ?? []),
    ]),
  };
}

export const DAY_SECONDS = 24 * 60 * 60;

/** 14 days: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
