import type {
  MessageAttributeValue,
  SendMessageBatchCommandOutput,
  SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import type { SQSMessageAttribute, SQSRecord } from "aws-lambda";
import { type ChunkLimits, chunks } from "../common/chunks.ts";
import type { Clock } from "../common/clock.ts";
import { DEAD_LETTER_ATTRIBUTE, type DeadLetter } from "../common/dead-letter.ts";
import { callBefore } from "../common/deadline.ts";
import { inParallel } from "../common/in-parallel.ts";
import type { Drop } from "./drop.ts";

/** Calls SendMessageBatch on the dead-letter queue once. */
export type SendMessageBatch = (
  entries: SendMessageBatchRequestEntry[],
  signal: AbortSignal,
) => Promise<Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">>;

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
  /** What SQS did not take, as far as we know. */
  refused: T[];
  /** What leaves no room for the reason beside it: SQS itself must move it, after its last receive. */
  unfit: T[];
  /** How many messages each error refused. */
  errors: Record<string, number>;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const REQUEST_LIMITS: ChunkLimits = { items: 10, bytes: 1024 * 1024 };
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const MAX_ATTRIBUTES = 10;
const CALLS_IN_FLIGHT = 4;

type Attributes = Record<string, MessageAttributeValue>;

/**
 * Sends messages to the dead-letter queue: the body as it was received, the producer's attributes, and one more that
 * says what and why ({@link DEAD_LETTER_ATTRIBUTE}). A message whose own entry was not acknowledged counts as refused.
 */
export async function sendDeadLetters<T extends Dropped>(
  dropped: readonly T[],
  { sendMessageBatch, clock, deadline }: DeadLetterDependencies,
): Promise<DeadLetterOutcome<T>> {
  const errors: Record<string, number> = {};
  const count = (error: string) => {
    errors[error] = (errors[error] ?? 0) + 1;
  };
  const letters = dropped.map((item) => ({ item, ...letterOf(item) }));
  const isFit = ({ attributes, bytes }: (typeof letters)[number]) =>
    Object.keys(attributes).length <= MAX_ATTRIBUTES && bytes <= REQUEST_LIMITS.bytes;

  const send = async (chunk: typeof letters): Promise<T[]> => {
    const entries = chunk.map(({ item, attributes }, position) => ({
      Id: String(position),
      MessageBody: item.record.body,
      MessageAttributes: attributes,
    }));
    try {
      const { Successful = [], Failed = [] } = await callBefore(clock, deadline, (signal) =>
        sendMessageBatch(entries, signal),
      );
      const sent = new Set(Successful.map(({ Id }) => Id));
      const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
      const refused = chunk.filter((_letter, position) => !sent.has(String(position)));
      for (const letter of refused) count(codes.get(String(chunk.indexOf(letter))) ?? "NoResponse");
      return refused.map(({ item }) => item);
    } catch (error) {
      for (const _letter of chunk) count(error instanceof Error ? error.name : typeof error);
      return chunk.map(({ item }) => item);
    }
  };

  const batches = chunks(letters.filter(isFit), REQUEST_LIMITS, ({ bytes }) => bytes);
  const refused = await inParallel(batches, CALLS_IN_FLIGHT, send);
  return {
    refused: refused.flat(),
    unfit: letters.filter((letter) => !isFit(letter)).map(({ item }) => item),
    errors,
  };
}

function letterOf({ record, drop }: Dropped): { attributes: Attributes; bytes: number } {
  const letter: DeadLetter = {
    messageId: record.messageId,
    sentAt: Number(record.attributes.SentTimestamp),
    sourceQueueArn: record.eventSourceARN,
    errorClass: "DROP",
    errorType: drop.reason,
    errorMessage: drop.message,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
  };
  // fromEntries, because a producer may name an attribute `__proto__`.
  const attributes: Attributes = Object.fromEntries([
    ...Object.entries(record.messageAttributes).map(([name, attribute]) => [name, toSend(attribute)]),
    [DEAD_LETTER_ATTRIBUTE, { DataType: "String", StringValue: JSON.stringify(letter) }],
  ]);
  let bytes = Buffer.byteLength(record.body);
  for (const [name, attribute] of Object.entries(attributes)) bytes += bytesOf(name, attribute);
  return { attributes, bytes };
}

/** An attribute as it is sent, from the form in which Lambda hands it over. */
function toSend({ dataType, stringValue, binaryValue }: SQSMessageAttribute): MessageAttributeValue {
  // A binary attribute may come with an empty string value beside it.
  return dataType.startsWith("Binary")
    ? { DataType: dataType, BinaryValue: Buffer.from(binaryValue ?? "", "base64") }
    : { DataType: dataType, StringValue: stringValue ?? "" };
}

/** Name, type and value count towards a message's size. */
function bytesOf(name: string, { DataType = "", StringValue = "", BinaryValue }: MessageAttributeValue): number {
  const value = BinaryValue?.length ?? Buffer.byteLength(StringValue);
  return Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
}
