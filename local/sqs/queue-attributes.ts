import { invalidAttributeName } from "./errors.ts";
import type { Queue } from "./queue.ts";

/** Attributes that a standard queue may have without having them now. */
const OPTIONAL: ReadonlySet<string> = new Set([
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
]);

/**
 * What GetQueueAttributes answers.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 *
 * @param createdSeconds Epoch seconds.
 * @throws AwsError `InvalidAttributeName`.
 */
export function queueAttributes(
  queue: Queue,
  names: readonly string[],
  createdSeconds: number,
): Record<string, string> | undefined {
  const all = allAttributes(queue, createdSeconds);
  const chosen: Record<string, string> = {};
  for (const name of names) {
    const value = all[name];
    if (name === "All") {
      Object.assign(chosen, all);
    } else if (value !== undefined) {
      chosen[name] = value;
    } else if (!OPTIONAL.has(name)) {
      throw invalidAttributeName(name);
    }
  }
  return Object.keys(chosen).length === 0 ? undefined : chosen;
}

function allAttributes(queue: Queue, createdSeconds: number): Record<string, string> {
  const { configuration } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const attributes: Record<string, string> = {
    QueueArn: configuration.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(createdSeconds),
    LastModifiedTimestamp: String(createdSeconds),
    VisibilityTimeout: String(configuration.visibilityTimeoutSeconds),
    MaximumMessageSize: String(configuration.maximumMessageSizeBytes),
    MessageRetentionPeriod: String(configuration.messageRetentionSeconds),
    DelaySeconds: String(configuration.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(configuration.receiveWaitTimeSeconds),
    ...configuration.described,
  };
  if (configuration.redrivePolicy !== undefined) {
    attributes.RedrivePolicy = JSON.stringify(configuration.redrivePolicy);
  }
  if (configuration.redriveAllowPolicy !== undefined) {
    attributes.RedriveAllowPolicy = JSON.stringify(configuration.redriveAllowPolicy);
  }
  return attributes;
}
