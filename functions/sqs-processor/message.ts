import type { SQSRecord } from "aws-lambda";
import { Drop } from "./drop.ts";
import { readBody } from "./envelope.ts";
import type { FailureType } from "./failures.ts";
import { originOf } from "./origin.ts";
import { rawRow } from "./raw-row.ts";
import { topicOf } from "./topic.ts";

/**
 * What became of a message: Firehose has it, the dead-letter queue has it, or it goes back. Only the first two end its
 * way through the queue.
 */
export type Outcome = "forwarded" | "dropped" | FailureType;

/** A message of one batch. */
export interface Message {
  readonly record: SQSRecord;
  readonly topic: string;
  /** 1 for the first. */
  receives: number;
  /** Of every copy in the batch. */
  readonly receiptHandles: string[];
  /** `NOT_REACHED` until its turn. */
  outcome: Outcome;
}

/** A message that goes back to its queue. */
export type FailedMessage = Message & { outcome: FailureType };

export function hasFailed(message: Message): message is FailedMessage {
  return message.outcome !== "forwarded" && message.outcome !== "dropped";
}

/**
 * The messages of a batch, in its order. SQS may deliver a message twice in one batch: its copies are one message, so
 * that they cannot meet with different fates.
 *
 * @throws Error where a queue is not a topic's.
 */
export function messagesOf(records: readonly SQSRecord[], topicQueuePrefix: string): Message[] {
  const messages = new Map<string, Message>();
  for (const record of records) {
    const { messageId, receiptHandle, eventSourceARN } = record;
    const receives = receivesOf(record);
    const first = messages.get(messageId);
    if (first === undefined) {
      const topic = topicOf(eventSourceARN, topicQueuePrefix);
      messages.set(messageId, { record, topic, receives, receiptHandles: [receiptHandle], outcome: "NOT_REACHED" });
    } else {
      first.receives = Math.max(first.receives, receives);
      first.receiptHandles.push(receiptHandle);
    }
  }
  return [...messages.values()];
}

/** An unreadable count is no reason to fail a batch. */
export function receivesOf({ attributes }: Partial<SQSRecord>): number {
  const count: unknown = attributes?.ApproximateReceiveCount;
  return (typeof count === "string" && Number(count)) || 1;
}

/**
 * The RAW row of a message, or the verdict that there can be none.
 *
 * @param ingestedAt Epoch seconds.
 * @throws Error where SQS does not say what every message has.
 */
export function rowOf(record: SQSRecord, topic: string, ingestedAt: number): Buffer | Drop {
  if (typeof record.body !== "string") throw new Error("the message has no body");
  const envelope = readBody(record.body, originOf(record));
  return envelope instanceof Drop ? envelope : rawRow(topic, envelope, ingestedAt);
}
