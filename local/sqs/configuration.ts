/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  /** 1–1,000: the receives after which the next receive attempt moves the message. */
  maxReceiveCount: number;
}

/** Which queues may name this one as their dead-letter queue. */
export interface RedriveAllowPolicy {
  redrivePermission: "allowAll" | "denyAll" | "byQueue";
  /** With `byQueue` only; at most 10. */
  sourceQueueArns?: readonly string[];
}

/** A standard queue's attributes, complete: every default is already in them. */
export interface QueueConfiguration {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  messageRetentionSeconds: number;
  maximumMessageSizeBytes: number;
  receiveWaitTimeSeconds: number;
  redrivePolicy?: RedrivePolicy;
  redriveAllowPolicy?: RedriveAllowPolicy;
  /** Attributes that GetQueueAttributes answers and that change nothing here: encryption and the queue policy. */
  described: Readonly<Record<string, string>>;
}
