import type { SQSRecord } from "aws-lambda";
import type { Clock } from "../common/clock.ts";
import { describeFailure } from "../common/failure.ts";
import type { Log } from "../common/log.ts";
import { type SendMessageBatch, sendDeadLetters } from "./dead-letters.ts";
import type { DependencyFailure } from "./dependency-failure.ts";
import { Drop } from "./drop.ts";
import type { Findings } from "./findings.ts";
import { type Message, rowOf } from "./message.ts";
import { hasMalformedReplay } from "./origin.ts";
import { type PutRecordBatch, putRecords } from "./put-records.ts";
import { count, countAll } from "./tally.ts";

export interface ForwardDependencies {
  putRecordBatch: PutRecordBatch;
  sendMessageBatch: SendMessageBatch;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  log: Log;
  /** Where reasons and errors are counted. */
  findings: Findings;
}

/** Epoch milliseconds by which what is not finished counts as refused. */
export interface Deadlines {
  put: number;
  deadLetters: number;
  /** How a record failed that got no answer in time; `UNAVAILABLE` by default. */
  late?: DependencyFailure;
}

/** What became of the records that there were to put. */
export interface Put {
  records: number;
  taken: number;
  /** How one of the others failed. */
  failure: DependencyFailure | undefined;
}

/**
 * Forwards messages to the delivery stream, and sends those that are bad in themselves to the dead-letter queue. Gives
 * every one its outcome; no message stops another.
 */
export async function forward(
  messages: readonly Message[],
  deadlines: Deadlines,
  { putRecordBatch, sendMessageBatch, clock, random, log, findings }: ForwardDependencies,
): Promise<Put> {
  const { rows, dropped } = readAll(messages, Math.floor(clock.now() / 1000), log, findings);
  const [put, letters] = await Promise.all([
    putRecords(rows, { putRecordBatch, clock, random, deadline: deadlines.put, late: deadlines.late }),
    sendDeadLetters(dropped, { sendMessageBatch, clock, deadline: deadlines.deadLetters }),
  ]);

  for (const { message } of rows) message.outcome = "forwarded";
  for (const { message } of dropped) message.outcome = "dropped";
  for (const { item, failure } of put.refused) item.message.outcome = `FIREHOSE_${failure}`;
  for (const { item, failure } of letters.refused) item.message.outcome = `DEAD_LETTER_QUEUE_${failure}`;
  for (const { message } of letters.unfit) message.outcome = "NO_ROOM_FOR_REASON";

  for (const { drop } of dropped) count(findings.dropReasons, drop.reason);
  countAll(findings.putErrors, put.errors);
  countAll(findings.deadLetterErrors, letters.errors);
  return { records: rows.length, taken: rows.length - put.refused.length, failure: put.refused[0]?.failure };
}

function readAll(messages: readonly Message[], ingestedAt: number, log: Log, findings: Findings) {
  const rows: { message: Message; row: Buffer }[] = [];
  const dropped: { message: Message; record: SQSRecord; drop: Drop }[] = [];
  for (const message of messages) {
    const { record, topic } = message;
    try {
      if (hasMalformedReplay(record)) findings.malformedReplays++;
      const row = rowOf(record, topic, ingestedAt);
      if (row instanceof Drop) dropped.push({ message, record, drop: row });
      else rows.push({ message, row });
    } catch (error) {
      message.outcome = "UNEXPECTED_ERROR";
      log.error("message not read", { messageId: record.messageId, ...describeFailure(error) });
    }
  }
  return { rows, dropped };
}
