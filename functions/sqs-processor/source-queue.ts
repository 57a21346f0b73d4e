import type { ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { type ChunkLimits, chunks } from "../common/chunks.ts";
import type { Clock } from "../common/clock.ts";
import { callBefore } from "../common/deadline.ts";
import { inParallel } from "../common/in-parallel.ts";
import { type BatchResult, unacknowledged } from "./batch-call.ts";
import type { Message } from "./message.ts";
import { count, type Tally } from "./tally.ts";

/** Calls ChangeMessageVisibilityBatch once. */
export type ChangeMessageVisibilityBatch = (
  queueUrl: string,
  entries: ChangeMessageVisibilityBatchRequestEntry[],
  signal: AbortSignal,
) => Promise<BatchResult>;

/** Calls DeleteMessageBatch once. */
export type DeleteMessageBatch = (
  queueUrl: string,
  entries: DeleteMessageBatchRequestEntry[],
  signal: AbortSignal,
) => Promise<BatchResult>;

export interface SourceQueueDependencies {
  /** What a topic is appended to for its queue's URL. */
  topicQueueUrlPrefix: string;
  changeMessageVisibilityBatch: ChangeMessageVisibilityBatch;
  deleteMessageBatch: DeleteMessageBatch;
  clock: Clock;
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
 */
const BATCH_LIMITS: ChunkLimits = { items: 10, bytes: Number.POSITIVE_INFINITY };
const CALLS_IN_FLIGHT = 10;

/**
 * Hides messages in their queue for some seconds from now.
 *
 * @param deadline Epoch milliseconds by which all must have ended.
 * @returns what went wrong, by error, which leaves a message hidden for as long as it would have been.
 */
export function hide(
  messages: readonly { message: Message; seconds: number }[],
  { topicQueueUrlPrefix, changeMessageVisibilityBatch, clock }: SourceQueueDependencies,
  deadline: number,
): Promise<Tally> {
  const entries = messages.flatMap(({ message: { topic, receiptHandles }, seconds: VisibilityTimeout }) =>
    receiptHandles.map((ReceiptHandle) => ({ topic, ReceiptHandle, VisibilityTimeout })),
  );
  return eachBatch(entries, (topic, batch) =>
    callBefore(clock, deadline, (signal) =>
      changeMessageVisibilityBatch(
        topicQueueUrlPrefix + topic,
        batch.map(({ ReceiptHandle, VisibilityTimeout }, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout })),
        signal,
      ),
    ),
  );
}

/**
 * Deletes messages from their queue.
 *
 * @param deadline Epoch milliseconds by which all must have ended.
 * @returns what went wrong, by error, which leaves a message to whoever else deletes it.
 */
export function deleteFromQueue(
  messages: readonly Message[],
  { topicQueueUrlPrefix, deleteMessageBatch, clock }: SourceQueueDependencies,
  deadline: number,
): Promise<Tally> {
  const entries = messages.flatMap(({ topic, receiptHandles }) =>
    receiptHandles.map((ReceiptHandle) => ({ topic, ReceiptHandle })),
  );
  return eachBatch(entries, (topic, batch) =>
    callBefore(clock, deadline, (signal) =>
      deleteMessageBatch(
        topicQueueUrlPrefix + topic,
        batch.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
        signal,
      ),
    ),
  );
}

async function eachBatch<T extends { topic: string }>(
  entries: readonly T[],
  call: (topic: string, batch: readonly T[]) => Promise<BatchResult>,
): Promise<Tally> {
  const errors: Tally = {};
  const batches = [...Map.groupBy(entries, ({ topic }) => topic)].flatMap(([topic, ofTopic]) =>
    chunks(ofTopic, BATCH_LIMITS, () => 0).map((batch) => ({ topic, batch })),
  );
  await inParallel(batches, CALLS_IN_FLIGHT, async ({ topic, batch }) => {
    for (const { error } of await unacknowledged(batch, () => call(topic, batch))) count(errors, error);
  });
  return errors;
}
