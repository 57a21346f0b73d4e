/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** A message as one receive hands it out. */
export interface ReceivedMessage {
  messageId: string;
  /** Valid for this receive only. */
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** Absent without message attributes. */
  md5OfMessageAttributes?: string | undefined;
  /** SQS's own: ApproximateReceiveCount, SentTimestamp (ms), ApproximateFirstReceiveTimestamp (ms), SenderId, DeadLetterQueueSourceArn. */
  attributes: Readonly<Record<string, string>>;
  messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** Bytes that count towards a quota: body and message attributes. */
  size: number;
}

/** What happened to messages since the start. */
export interface MessageTotals {
  /** By a producer; a move from another queue is no send. */
  sent: number;
  /** Every receive of a message. */
  received: number;
  /** Every handle in a delete, that of a message which is gone included. */
  deleted: number;
}

/** A queue as an event source mapping consumes it, without HTTP in between. */
export interface ConsumedQueue {
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  /** At most `max` visible messages, oldest first; they are in flight from now on. Empty when none or at the in-flight limit. */
  receive(max: number): ReceivedMessage[];
  delete(receiptHandles: readonly string[]): void;
  /** Calls `listener` whenever messages have become visible. Returns what ends it. */
  onVisible(listener: () => void): () => void;
}
