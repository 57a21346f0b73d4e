import type { SQSRecord } from "aws-lambda";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import { createHandler } from "../../../functions/sqs-processor/handler.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { lambdaContext, sqsRecord } from "../support/sqs.ts";

export type Dependency = "firehose" | "deadLetterQueue" | "visibility" | "delete";

/** What one call of a dependency does: refuses entries by position, throws, never answers, or ends the process. */
export type Answer = { refuse: readonly boolean[] } | { throws: string } | "never" | "crash";

export interface Scenario extends Partial<Record<Dependency, readonly Answer[]>> {
  remainingMs?: number;
  /** How long each call takes. */
  latencyMs?: number;
  random?: () => number;
  /** A put that holds such a row ends the process before anything of it is stored. */
  isPoison?: (row: Record<string, unknown>) => boolean;
  topicMetrics?: boolean;
  /** Gets each line of metrics as it is written, even if the handler then throws. */
  onMetrics?: (line: MetricLine) => void;
}

/** One call, with the ids of the messages that it took; seconds where they were hidden. */
export interface Call {
  dependency: Dependency;
  at: number;
  taken: string[];
  seconds?: number[];
}

export const good = (messageId: string, more: Partial<SQSRecord> = {}) => ({
  messageId,
  body: `{"id":"${messageId}"}`,
  ...more,
});
export const bad = (messageId: string, more: Partial<SQSRecord> = {}) => ({
  messageId,
  body: `not JSON: ${messageId}`,
  ...more,
});
/** A record's attributes on its n-th receive. */
export const received = (times: number): Partial<SQSRecord> => ({
  attributes: { ...sqsRecord().attributes, ApproximateReceiveCount: String(times) },
});

/** A record of another topic than order-events. */
export const ofTopic = (topic: string): Partial<SQSRecord> => ({
  eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-${topic}`,
});
/** Of these topics; any other is in no list. */
export const LANES: ReadonlyMap<string, string> = new Map([
  ["constructor", "0"],
  ["order-events", "1"],
  ["payments", "2"],
]);

export const payloads = (rows: readonly Record<string, unknown>[]) => rows.map(({ json_payload }) => json_payload);

/**
 * One invocation, with dependencies that answer as told, one answer a call, and then take everything; a call that is
 * given up has no effect. Every record has a receipt handle of its own, which ends in its message id.
 */
export async function invoke(records: readonly Partial<SQSRecord>[], scenario: Scenario = {}) {
  const clock = virtualClock();
  const start = clock.now();
  /** Rows and bodies that were taken. */
  const forwarded: Record<string, unknown>[] = [];
  const deadLettered: string[] = [];
  const deadLetters: Record<string, unknown>[] = [];
  /** By receipt handle: the last visibility timeout that was taken. */
  const hidden = new Map<string, number>();
  const deleted: string[] = [];
  const queueUrls = new Set<string>();
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const calls: Record<Dependency, number> = { firehose: 0, deadLetterQueue: 0, visibility: 0, delete: 0 };
  const sequence: Call[] = [];
  let crashed = false;

  const forever = () => new Promise<never>(() => {});
  const next = async (dependency: Dependency, signal: AbortSignal): Promise<(entry: number) => boolean> => {
    if (crashed) return forever();
    const call = calls[dependency]++;
    const answer = scenario[dependency]?.[call] ?? { refuse: [] };
    if (answer === "crash") crashed = true;
    if (answer === "never" || answer === "crash") return forever();
    if (scenario.latencyMs !== undefined) await passing(clock, scenario.latencyMs);
    if (crashed || signal.aborted) return forever();
    if ("throws" in answer) throw Object.assign(new Error("secret"), { name: answer.throws });
    return (entry) => answer.refuse[entry] !== true;
  };
  /** Answers each entry of an SQS batch call. */
  const take = async <T extends { Id: string | undefined }>(
    dependency: Dependency,
    entries: readonly T[],
    signal: AbortSignal,
    effect: (taken: T[]) => Omit<Call, "dependency" | "at">,
  ) => {
    const at = clock.now() - start;
    const takes = await next(dependency, signal);
    const taken = entries.filter((_, n) => takes(n));
    sequence.push({ dependency, at, ...effect(taken) });
    return {
      Successful: taken.map(({ Id }) => ({ Id })),
      Failed: entries.filter((_, n) => !takes(n)).map(({ Id }) => ({ Id, SenderFault: false, Code: "InternalError" })),
    };
  };

  const handler = createHandler({
    topicQueuePrefix: "lean-ops-dev-topic-",
    topicQueueUrlPrefix: "https://sqs.eu-west-1.amazonaws.com/123456789012/lean-ops-dev-topic-",
    lanes: LANES,
    topicMetrics: scenario.topicMetrics ?? false,
    clients: {
      putRecordBatch: async (buffers, signal) => {
        const at = clock.now() - start;
        const rows = buffers.map((row) => JSON.parse(row.toString()) as Record<string, unknown>);
        if (rows.some((row) => scenario.isPoison?.(row))) crashed = true;
        const takes = await next("firehose", signal);
        const taken = rows.filter((_, n) => takes(n));
        forwarded.push(...taken);
        sequence.push({ dependency: "firehose", at, taken: taken.map(idOf) });
        return {
          RequestResponses: rows.map((_, n) => (takes(n) ? { RecordId: "r" } : { ErrorCode: "InternalFailure" })),
        };
      },
      sendMessageBatch: (entries, signal) =>
        take("deadLetterQueue", entries, signal, (taken) => {
          const attributes = taken.map(({ MessageAttributes }) => MessageAttributes?.["lean-ops.dead-letter"]);
          deadLettered.push(...taken.map(({ MessageBody }) => MessageBody ?? ""));
          deadLetters.push(...attributes.map((attribute) => JSON.parse(attribute?.StringValue ?? "{}")));
          return { taken: taken.map(({ MessageBody }) => idOf({ json_payload: MessageBody })) };
        }),
      changeMessageVisibilityBatch: (queueUrl, entries, signal) => {
        queueUrls.add(queueUrl);
        return take("visibility", entries, signal, (taken) => {
          for (const { ReceiptHandle = "", VisibilityTimeout = Number.NaN } of taken) {
            hidden.set(ReceiptHandle, VisibilityTimeout);
          }
          const seconds = taken.map(({ VisibilityTimeout = Number.NaN }) => VisibilityTimeout);
          return { taken: taken.map(({ ReceiptHandle = "" }) => idOfHandle(ReceiptHandle)), seconds };
        });
      },
      deleteMessageBatch: (queueUrl, entries, signal) => {
        queueUrls.add(queueUrl);
        return take("delete", entries, signal, (taken) => {
          const ids = taken.map(({ ReceiptHandle = "" }) => idOfHandle(ReceiptHandle));
          deleted.push(...ids);
          return { taken: ids };
        });
      },
    },
    clock,
    random: scenario.random ?? (() => 0.5),
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: { service: "sqs-processor" } }),
    metrics: (line) => {
      // A process that has ended tells nothing more.
      if (crashed) return;
      metrics.push(line);
      scenario.onMetrics?.(line);
    },
  });

  const event = {
    Records: records.map((record, n) =>
      sqsRecord({ receiptHandle: `${n}:${record.messageId ?? sqsRecord().messageId}`, ...record }),
    ),
  };
  const answered = handler(event, lambdaContext(clock, scenario.remainingMs));
  let tookMs = Number.NaN;
  answered.then(
    () => {
      tookMs = clock.now() - start;
    },
    () => {},
  );
  await clock.advance(60_000);
  const { batchItemFailures } = await answered;
  const failed = crashed ? [] : batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  /** The counts that the function told at its end, all topics together. */
  const counts = metrics[1]?.counts ?? {};
  const told = { logged, metrics, counts, tookMs, text: lines.join("\n") };
  const secondsOf = (messageId: string) =>
    [...hidden].filter(([handle]) => idOfHandle(handle) === messageId).map(([, seconds]) => seconds);
  return {
    ...{ crashed, failed, forwarded, deadLettered, deadLetters, deleted, queueUrls: [...queueUrls] },
    ...{ calls, sequence, secondsOf },
    ...told,
  };
}

function idOfHandle(handle: string): string {
  return handle.slice(handle.indexOf(":") + 1);
}

/** The id that {@link good} and {@link bad} put into a body. */
function idOf({ json_payload }: Record<string, unknown>): string {
  return /^\{"id":"(.*)"\}$/.exec(String(json_payload))?.[1] ?? String(json_payload).replace("not JSON: ", "");
}

function passing(clock: { after(ms: number, run: () => void): unknown }, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
