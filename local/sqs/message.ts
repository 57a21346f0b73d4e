import { randomUUID } from "node:crypto";
import { md5OfAttributes, md5OfBody } from "./digest.ts";
import type { MessageAttribute, ReceivedMessage } from "./types.ts";

/** What a producer sends. */
export interface Draft {
  body: string;
  messageAttributes?: Readonly<Record<string, MessageAttribute>>;
  /** `AWSTraceHeader` and `MessageGroupId`, handed out with every receive. */
  systemAttributes?: Readonly<Record<string, string>>;
  /** Default: the queue's. */
  delaySeconds?: number;
}

const NONE = Object.freeze({});

/**
 * Bytes of a message that count towards its quota: the body in UTF-8, and each attribute's name, type and value.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export function sizeOf(body: string, attributes: Readonly<Record<string, MessageAttribute>> = NONE): number {
  let size = Buffer.byteLength(body);
  for (const name in attributes) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    const value = BinaryValue === undefined ? Buffer.byteLength(StringValue ?? "") : byteLengthOf(BinaryValue);
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
  }
  return size;
}

function byteLengthOf(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}

/** A message while a queue holds it. Times are epoch milliseconds of the queue's clock. */
export class QueuedMessage {
  readonly messageId: string = randomUUID();
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly systemAttributes: Readonly<Record<string, string>>;
  readonly senderId: string;
  /** When it was first sent; a move to a dead-letter queue does not change it. */
  readonly sentTimestamp: number;
  readonly size: number;

  /** Order of arrival in the queue that holds it. */
  sequence = 0;
  /** In the queue that holds it. */
  arrivedAt: number;
  expiresAt = 0;
  /** When it stops being hidden or expires, whichever is first; meaningful while it is hidden. */
  due = 0;
  slot = 0;
  inFlight = false;
  /** Of the last receive; empty before the first and after a move. */
  receiptHandle = "";
  /** Visibility cannot be extended beyond this. */
  hideableUntil = 0;
  /** Over all queues that held it. */
  receiveCount = 0;
  /** Over the queues that held it before. */
  receivesElsewhere = 0;
  firstReceiveTimestamp = 0;
  deadLetterQueueSourceArn: string | undefined = undefined;

  private digest: string | undefined = undefined;
  private attributesDigest: string | undefined = undefined;

  constructor(draft: Draft, senderId: string, sentTimestamp: number) {
    this.body = draft.body;
    this.messageAttributes = draft.messageAttributes ?? NONE;
    this.systemAttributes = draft.systemAttributes ?? NONE;
    this.senderId = senderId;
    this.sentTimestamp = sentTimestamp;
    this.arrivedAt = sentTimestamp;
    this.size = sizeOf(draft.body, draft.messageAttributes);
  }

  /** Computed when first read: over HTTP a client checks it, in the process nobody need pay for it. */
  get md5OfBody(): string {
    this.digest ??= md5OfBody(this.body);
    return this.digest;
  }

  /** Computed when first read; undefined without message attributes. */
  get md5OfMessageAttributes(): string | undefined {
    if (Object.keys(this.messageAttributes).length > 0) {
      this.attributesDigest ??= md5OfAttributes(this.messageAttributes);
    }
    return this.attributesDigest;
  }
}

/**
 * One receive of a message. The digests are accessors of the class, so read them by name: neither spread nor
 * JSON.stringify copies them.
 */
export class Receipt implements ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly size: number;
  private readonly message: QueuedMessage;

  constructor(message: QueuedMessage) {
    this.message = message;
    this.messageId = message.messageId;
    this.receiptHandle = message.receiptHandle;
    this.body = message.body;
    this.attributes = attributesOf(message);
    this.messageAttributes = message.messageAttributes;
    this.size = message.size;
  }

  get md5OfBody(): string {
    return this.message.md5OfBody;
  }

  get md5OfMessageAttributes(): string | undefined {
    return this.message.md5OfMessageAttributes;
  }
}

function attributesOf(message: QueuedMessage): Record<string, string> {
  const attributes: Record<string, string> = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentTimestamp),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceiveTimestamp),
  };
  if (message.systemAttributes !== NONE) {
    Object.assign(attributes, message.systemAttributes);
  }
  if (message.deadLetterQueueSourceArn !== undefined) {
    attributes.DeadLetterQueueSourceArn = message.deadLetterQueueSourceArn;
  }
  return attributes;
}
