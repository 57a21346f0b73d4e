import type { MessageAttributeValue, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { isAttribute } from "../common/archive.ts";
import { type ChunkLimits, chunks } from "../common/chunks.ts";
import type { Clock } from "../common/clock.ts";
import { DEAD_LETTER_ATTRIBUTE, type DeadLetter } from "../common/dead-letter.ts";
import { callBefore } from "../common/deadline.ts";
import { inParallel } from "../common/in-parallel.ts";
import { MAX_MESSAGE_ATTRIBUTES, MAX_MESSAGE_BYTES, messageBytes, toSend } from "../common/message-attributes.ts";
import { type BatchResult, unacknowledged } from "./batch-call.ts";
import type { DependencyFailure } from "./dependency-failure.ts";
import type { Drop } from "./drop.ts";
import { receivesOf } from "./message.ts";
import { originOf } from "./origin.ts";
import { count, type Tally } from "./tally.ts";

/** Calls SendMessageBatch on the dead-letter queue once. */
export type SendMessageBatch = (entries: SendMessageBatchRequestEntry[], signal: AbortSignal) => Promise<BatchResult>;

export interface DeadLetterDependencies {
  sendMessageBatch: SendMessageBatch;
  clock: Clock;
  /** Epoch milliseconds by which all must have ended. */
  deadline: number;
}

/** A message that is to be dropped. */
export interface Dropped {
  record: SQSRecord;
  drop: Drop;
}

export interface DeadLetterOutcome<T> {
  /** What SQS did not take, as far as we know, and why. */
  refused: { item: T; failure: DependencyFailure }[];
  /** What leaves no room for the reason, or cannot be sent: SQS itself must move it, after its last receive. */
  unfit: T[];
  /** How many messages each error refused. */
  errors: Tally;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const REQUEST_LIMITS: ChunkLimits = { items: 10, bytes: MAX_MESSAGE_BYTES };
const CALLS_IN_FLIGHT = 4;

type Attributes = Record<string, MessageAttributeValue>;

/**
 * Sends messages to the dead-letter queue: the body as it was received, its attributes (that of a replay among them, so
 * that the archive learns the count), and one more that says what and why ({@link DEAD_LETTER_ATTRIBUTE}). A message
 * whose own entry was not acknowledged counts as refused.
 */
export async function sendDeadLetters<T extends Dropped>(
  dropped: readonly T[],
  { sendMessageBatch, clock, deadline }: DeadLetterDependencies,
): Promise<DeadLetterOutcome<T>> {
  const unfit: T[] = [];
  const letters = dropped.flatMap((item) => {
    const letter = letterOf(item);
    if (letter !== undefined) return [{ item, ...letter }];
    unfit.push(item);
    return [];
  });

  const send = (chunk: typeof letters) =>
    unacknowledged(chunk, () => {
      const entries = chunk.map(({ item, attributes }, position) => ({
        Id: String(position),
        MessageBody: item.record.body,
        MessageAttributes: attributes,
      }));
      return callBefore(clock, deadline, (signal) => sendMessageBatch(entries, signal));
    });

  const batches = chunks(letters, REQUEST_LIMITS, ({ bytes }) => bytes);
  const refused = (await inParallel(batches, CALLS_IN_FLIGHT, send)).flat();
  const errors: Tally = {};
  for (const { error } of refused) count(errors, error);
  return {
    refused: refused.map(({ item, failure }) => ({ item: item.item, failure })),
    unfit,
    errors,
  };
}

/** @returns undefined where it is {@link DeadLetterOutcome.unfit}. */
function letterOf({ record, drop }: Dropped): { attributes: Attributes; bytes: number } | undefined {
  // Nothing that SQS hands over is without them; one that is must not take its batch with it.
  if (!Object.values(record.messageAttributes ?? { missing: undefined }).every(isAttribute)) return undefined;
  const { messageId, sentTimestamp } = originOf(record);
  const letter: DeadLetter = {
    messageId,
    sentAt: Number(sentTimestamp),
    sourceQueueArn: record.eventSourceARN,
    errorClass: "DROP",
    errorType: drop.reason,
    errorMessage: drop.message,
    receiveCount: receivesOf(record),
  };
  // fromEntries, because a producer may name an attribute `__proto__`.
  const attributes: Attributes = Object.fromEntries([
    ...Object.entries(record.messageAttributes).map(([name, attribute]) => [name, toSend(attribute)]),
    [DEAD_LETTER_ATTRIBUTE, { DataType: "String", StringValue: JSON.stringify(letter) }],
  ]);
  const bytes = messageBytes(record.body, attributes);
  const isFit = Object.keys(attributes).length <= MAX_MESSAGE_ATTRIBUTES && bytes <= REQUEST_LIMITS.bytes;
  return isFit ? { attributes, bytes } : undefined;
}
