import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { batchResponse } from "../common/batch-response.ts";
import type { Clock } from "../common/clock.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import { type Batch, endLines, freshLane, startLine } from "./batch-metrics.ts";
import type { SendMessageBatch } from "./dead-letters.ts";
import { logFindings, noFindings } from "./findings.ts";
import { type Deadlines, forward } from "./forward.ts";
import { forwardInSteps, holdsSuspects } from "./isolation.ts";
import { type FailedMessage, hasFailed, type Message, messagesOf } from "./message.ts";
import { outcomesByTopic, sumOf } from "./outcomes.ts";
import type { PutRecordBatch } from "./put-records.ts";
import { type ChangeMessageVisibilityBatch, type DeleteMessageBatch, deleteFromQueue, hide } from "./source-queue.ts";
import { countAll } from "./tally.ts";
import { failureDelay, secondsOf } from "./visibility.ts";

export interface HandlerDependencies {
  /** What precedes the topic in a queue's name. */
  topicQueuePrefix: string;
  /** What precedes the topic in a queue's URL. */
  topicQueueUrlPrefix: string;
  /** By topic, its lane: see lanesOf in functions/common/signals.ts. */
  lanes: ReadonlyMap<string, string>;
  /** Whether all counts of messages are told by topic too. */
  topicMetrics: boolean;
  clients: {
    putRecordBatch: PutRecordBatch;
    sendMessageBatch: SendMessageBatch;
    changeMessageVisibilityBatch: ChangeMessageVisibilityBatch;
    deleteMessageBatch: DeleteMessageBatch;
  };
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  log: Log;
  metrics(line: MetricLine): void;
}

/**
 * Time kept back for the answer, since an invocation that is cut off returns every message of its batch: a second, or a
 * fifth of the time where that is less.
 */
const ANSWER_MARGIN = { longestMs: 1000, share: 0.2 };
/** Share of that which telling the queue when to deliver again may not use. */
const LAST_SHARE = 0.3;

/**
 * Forwards each message of a batch to the delivery stream, or sends it to the dead-letter queue if it is bad in itself.
 * A message counts as done only when one of the two has acknowledged it; every other one is reported, so that SQS
 * delivers it again, and hidden until then for as long as its kind of failure asks for. No message stops another. A
 * batch with messages that come for a second time is forwarded in steps, see {@link forwardInSteps}.
 *
 * @throws Error, and so fails the whole batch, where a queue is not a topic's.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { topicQueuePrefix, topicQueueUrlPrefix, lanes, topicMetrics, clients, clock, random, metrics } = dependencies;
  const queues = { topicQueueUrlPrefix, ...clients, clock };

  return async ({ Records: records }, context) => {
    const now = clock.now();
    const batch: Batch = { startedAt: now, functionName: context.functionName, freshLane: undefined };
    let messages: readonly Message[] = [];
    try {
      messages = messagesOf(records, topicQueuePrefix);
      batch.freshLane = freshLane(messages, lanes);
    } finally {
      // Before any work, and even if there will be none: who crashes has told that it began. Node writes to a pipe or a
      // file before it goes on (https://nodejs.org/api/process.html#a-note-on-process-io), and Lambda's standard output
      // is taken for one of them [?].
      metrics(startLine(batch));
    }

    const remaining = context.getRemainingTimeInMillis();
    const margin = Math.min(ANSWER_MARGIN.longestMs, remaining * ANSWER_MARGIN.share);
    const deadline = now + remaining - margin;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId });
    const findings = noFindings();

    const forwardThese = (step: readonly Message[], deadlines: Deadlines) =>
      forward(step, deadlines, { ...clients, clock, random, log, findings });
    const hideUntil = async (hidden: Parameters<typeof hide>[0], latest: number) =>
      countAll(findings.visibilityErrors, await hide(hidden, queues, latest));

    if (holdsSuspects(messages)) {
      await forwardInSteps(messages, {
        forward: forwardThese,
        hide: hideUntil,
        deleteFromQueue: async (done, latest) =>
          countAll(findings.deleteErrors, await deleteFromQueue(done, queues, latest)),
        clock,
        random,
        deadline,
      });
    } else if (now < deadline) {
      await forwardThese(messages, { put: deadline, deadLetters: deadline });
    }

    const failed = messages.filter(hasFailed);
    if (failed.length > 0) {
      const hidden = failed.map((message) => ({ message, seconds: secondsAway(message, random) }));
      await hideUntil(hidden, now + remaining - margin * LAST_SHARE);
    }

    const outcomes = outcomesByTopic(messages);
    logFindings(log, findings, sumOf(outcomes.values()));
    for (const line of endLines(batch, outcomes, topicMetrics)) metrics(line);
    return batchResponse(failed.map(({ record }) => record.messageId));
  };
}

function secondsAway({ outcome, receives }: FailedMessage, random: () => number): number {
  return secondsOf(failureDelay(outcome, receives), random());
}
