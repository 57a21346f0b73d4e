import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Clock } from "../common/clock.ts";
import { describeFailure } from "../common/failure.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import { type SendMessageBatch, sendDeadLetters } from "./dead-letters.ts";
import { Drop } from "./drop.ts";
import { rowOf } from "./message.ts";
import { type PutRecordBatch, putRecords } from "./put-records.ts";
import { topicOf } from "./topic.ts";

export const SERVICE = "sqs-processor";

export interface HandlerDependencies {
  /** What precedes the topic in a queue's name. */
  topicQueuePrefix: string;
  clients: { putRecordBatch: PutRecordBatch; sendMessageBatch: SendMessageBatch };
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  log: Log;
  metrics(line: MetricLine): void;
}

/** What became of a message; whatever was not forwarded or dropped goes back to its queue. */
type Outcome = "forwarded" | "dropped" | "dependency-failed" | "returned";

interface Message {
  record: SQSRecord;
  topic: string;
  outcome: Outcome;
}

/** Time kept back for the answer: an invocation that is cut off returns every message of its batch. */
const ANSWER_MARGIN_MS = 1000;

/**
 * Forwards each message of a batch to the delivery stream, or sends it to the dead-letter queue if it is bad in itself.
 * A message counts as done only when one of the two has acknowledged it; every other one is reported, so that SQS
 * delivers it again. No message stops another.
 *
 * @throws Error, and so fails the whole batch, where a queue is not a topic's.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { topicQueuePrefix, clients, clock, random, metrics } = dependencies;

  return async ({ Records: records }, context) => {
    const now = clock.now();
    const deadline = now + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId });
    const messages = records.map((record) => {
      const topic = topicOf(record.eventSourceARN, topicQueuePrefix);
      return { record, topic, outcome: "returned" as Outcome };
    });

    const { rows, dropped } = readAll(messages, Math.floor(now / 1000), log);
    const [put, letters] = await Promise.all([
      putRecords(rows, { putRecordBatch: clients.putRecordBatch, clock, random, deadline }),
      sendDeadLetters(dropped, { sendMessageBatch: clients.sendMessageBatch, clock, deadline }),
    ]);

    for (const { message } of rows) message.outcome = "forwarded";
    for (const { message } of dropped) message.outcome = "dropped";
    for (const { message } of [...put.refused, ...letters.refused]) message.outcome = "dependency-failed";
    for (const { message } of letters.unfit) message.outcome = "returned";

    if (dropped.length > 0) log.warn("messages dropped", { reasons: reasonsOf(dropped) });
    if (letters.unfit.length > 0) {
      log.warn("no room for the reason in messages to be dropped: left to the queue's redrive policy", {
        messages: letters.unfit.length,
      });
    }
    if (letters.refused.length > 0) {
      log.error("dead letters not taken", { messages: letters.refused.length, errors: letters.errors });
    }
    if (put.refused.length > 0) log.error("records not taken", { messages: put.refused.length, errors: put.errors });

    for (const [topic, counts] of countsByTopic(messages)) {
      metrics({
        timestamp: now,
        dimensions: { service: SERVICE, function_name: context.functionName, topic },
        counts: { ...counts },
      });
    }
    return { batchItemFailures: failuresOf(messages) };
  };
}

/** A message whose reading fails in a way that nobody foresaw is left as it is: returned, and the others unharmed. */
function readAll(messages: readonly Message[], ingestedAt: number, log: Log) {
  const rows: { message: Message; row: Buffer }[] = [];
  const dropped: { message: Message; record: SQSRecord; drop: Drop }[] = [];
  for (const message of messages) {
    const { record, topic } = message;
    try {
      const row = rowOf(record, topic, ingestedAt);
      if (row instanceof Drop) dropped.push({ message, record, drop: row });
      else rows.push({ message, row });
    } catch (error) {
      log.error("message not read", { messageId: record.messageId, ...describeFailure(error) });
    }
  }
  return { rows, dropped };
}

function reasonsOf(dropped: readonly { drop: Drop }[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { drop } of dropped) reasons[drop.reason] = (reasons[drop.reason] ?? 0) + 1;
  return reasons;
}

interface Counts {
  MessagesReceived: number;
  RecordsForwarded: number;
  MessagesDropped: number;
  /** Messages that go back because Firehose or the dead-letter queue did not take them. */
  DependencyFailures: number;
}

function countsByTopic(messages: readonly Message[]): Map<string, Counts> {
  const all = new Map<string, Counts>();
  for (const { topic, outcome } of messages) {
    let counts = all.get(topic);
    if (counts === undefined) {
      counts = { MessagesReceived: 0, RecordsForwarded: 0, MessagesDropped: 0, DependencyFailures: 0 };
      all.set(topic, counts);
    }
    counts.MessagesReceived++;
    if (outcome === "forwarded") counts.RecordsForwarded++;
    else if (outcome === "dropped") counts.MessagesDropped++;
    else if (outcome === "dependency-failed") counts.DependencyFailures++;
  }
  return all;
}

/** Each id once: SQS may deliver a message twice in one batch, and either copy's failure brings it back. */
function failuresOf(messages: readonly Message[]): SQSBatchResponse["batchItemFailures"] {
  const failed = messages.filter(({ outcome }) => outcome !== "forwarded" && outcome !== "dropped");
  return [...new Set(failed.map(({ record }) => record.messageId))].map((itemIdentifier) => ({ itemIdentifier }));
}
