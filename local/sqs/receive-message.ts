import type { Clock } from "../clock.ts";
import { md5OfAttributes } from "./digest.ts";
import { invalidAttributeName, overLimit } from "./errors.ts";
import { type Input, optionalInteger, stringList } from "./input.ts";
import { MAX_IN_FLIGHT, MAX_RECEIVED_MESSAGES, MAX_VISIBILITY_TIMEOUT_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import type { Queue } from "./queue.ts";
import type { ReceivedMessage } from "./types.ts";

/** What ReceiveMessage can return of a message's own attributes; those of FIFO queues are known and never there. */
const SYSTEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  "All",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "MessageDeduplicationId",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
  "SequenceNumber",
]);

export const VISIBILITY_TIMEOUT_RANGE = {
  min: 0,
  max: MAX_VISIBILITY_TIMEOUT_SECONDS,
  reason: `Must be >= 0 and <= ${MAX_VISIBILITY_TIMEOUT_SECONDS}, if provided.`,
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
interface ReceiveRequest {
  max: number;
  /** Undefined: the queue's. */
  visibilityTimeoutSeconds: number | undefined;
  waitSeconds: number;
  systemAttributes: ReadonlySet<string>;
  messageAttributes: readonly string[];
}

/** ReceiveMessage calls, among them those that wait for a message. */
export class Receiver {
  private readonly clock: Clock;
  private readonly waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async receive(queue: Queue, input: Input): Promise<{ Messages?: Record<string, unknown>[] }> {
    const request = readRequest(queue, input);
    const messages = await this.poll(queue, request);
    // An empty answer has no list at all, on AWS too.
    return messages.length === 0 ? {} : { Messages: messages.map((message) => present(message, request)) };
  }

  /** Ends every wait with an empty answer. */
  close(): void {
    for (const end of this.waiting) {
      end();
    }
  }

  private async poll(queue: Queue, request: ReceiveRequest): Promise<ReceivedMessage[]> {
    const { max, visibilityTimeoutSeconds, waitSeconds } = request;
    const received = queue.receive(max, visibilityTimeoutSeconds);
    if (received.length > 0) {
      return received;
    }
    if (waitSeconds === 0) {
      if (queue.counts().inFlight >= MAX_IN_FLIGHT) {
        throw overLimit(queue.name, MAX_IN_FLIGHT);
      }
      return received;
    }
    return new Promise((resolve) => {
      const finish = (messages: ReceivedMessage[]): void => {
        stopListening();
        this.clock.clear(timer);
        this.waiting.delete(end);
        resolve(messages);
      };
      const end = (): void => finish([]);
      const stopListening = queue.onVisible(() => {
        const messages = queue.receive(max, visibilityTimeoutSeconds);
        if (messages.length > 0) {
          finish(messages);
        }
      });
      const timer = this.clock.after(waitSeconds * 1_000, end);
      this.waiting.add(end);
    });
  }
}

function readRequest(queue: Queue, input: Input): ReceiveRequest {
  const max = { min: 1, max: MAX_RECEIVED_MESSAGES, reason: "Must be between 1 and 10, if provided." };
  const wait = { min: 0, max: MAX_WAIT_SECONDS, reason: "Must be >= 0 and <= 20, if provided." };
  const systemAttributes = new Set([
    ...stringList(input, "MessageSystemAttributeNames"),
    ...stringList(input, "AttributeNames"),
  ]);
  for (const name of systemAttributes) {
    if (!SYSTEM_ATTRIBUTES.has(name)) {
      throw invalidAttributeName(name);
    }
  }
  return {
    max: optionalInteger(input, "MaxNumberOfMessages", max) ?? 1,
    visibilityTimeoutSeconds: optionalInteger(input, "VisibilityTimeout", VISIBILITY_TIMEOUT_RANGE),
    waitSeconds: optionalInteger(input, "WaitTimeSeconds", wait) ?? queue.configuration.receiveWaitTimeSeconds,
    systemAttributes,
    messageAttributes: stringList(input, "MessageAttributeNames"),
  };
}

function present(message: ReceivedMessage, request: ReceiveRequest): Record<string, unknown> {
  const output: Record<string, unknown> = {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
  };
  const attributes = Object.entries(message.attributes).filter(
    ([name]) => request.systemAttributes.has("All") || request.systemAttributes.has(name),
  );
  if (attributes.length > 0) {
    output.Attributes = Object.fromEntries(attributes);
  }
  const messageAttributes = chosen(message.messageAttributes, request.messageAttributes);
  if (messageAttributes !== undefined) {
    output.MessageAttributes = messageAttributes;
    output.MD5OfMessageAttributes = md5OfAttributes(messageAttributes);
  }
  return output;
}

/** By name, by `prefix.*`, or all by `All`, `*` or `.*`. */
function chosen(all: Readonly<MessageAttributes>, patterns: readonly string[]): MessageAttributes | undefined {
  const matches = (name: string): boolean =>
    patterns.some(
      (pattern) =>
        pattern === "All" ||
        pattern === "*" ||
        pattern === name ||
        (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -2))),
    );
  const entries = Object.entries(all).filter(([name]) => matches(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
