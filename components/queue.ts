import type * as sqs from "@pulumi/aws/sqs/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/settings.ts";

/**
 * What every queue has: encrypted with the key of messages, and polled without empty answers.
 *
 * @param key its ARN.
 */
export function commonQueue(key: pulumi.Input<string>, { queue }: Pick<Settings, "queue">): sqs.QueueArgs {
  return {
    kmsMasterKeyId: key,
    kmsDataKeyReusePeriodSeconds: queue.dataKeyReuseSeconds,
    receiveWaitTimeSeconds: 20,
  };
}

export const DAY_SECONDS = 24 * 60 * 60;

/** 14 days: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
