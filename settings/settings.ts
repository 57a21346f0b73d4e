import type { LakeColumn } from "../functions/common/lake-topic.ts";
import { MAXIMUM_TOPICS_IN_DETAIL } from "./operation-schema.ts";
import type { ParsedSettings } from "./schema.ts";

/** What a stack says of one topic. */
export interface TopicSettings {
  maximumConcurrency: number;
  /** In alphabetical order, as Pulumi hands a mapping over. */
  columns: readonly LakeColumn[];
  /** Names of columns, as the settings have them. */
  required: readonly string[];
  retired: boolean;
}

/** The settings of a stack, complete: what is derived from other settings is worked out. */
export interface Settings
  extends Omit<ParsedSettings, "topics" | "queue" | "archive" | "breaker" | "observability" | "refinery" | "balance"> {
  /** By name, in alphabetical order, so that the order in the file changes nothing. */
  topics: Record<string, TopicSettings>;
  queue: ParsedSettings["queue"] & { visibilityTimeoutSeconds: number };
  archive: ParsedSettings["archive"] & {
    batchWindowSeconds: number;
    /** Of the queues that the dlq-processor consumes. */
    visibilityTimeoutSeconds: number;
  };
  breaker: ParsedSettings["breaker"] & {
    /**
     * The longest that an operator may hold the circuit. What expires in a topic's queue reaches no dead-letter queue, so
     * that half of the retention is kept back for the backlog.
     */
    maximumHoldHours: number;
  };
  observability: Required<ParsedSettings["observability"]>;
  refinery: ParsedSettings["refinery"] & {
    everyMinutes: number;
    /** A row is in RAW at most so long after the sqs-processor read it. */
    marginSeconds: number;
  };
  balance: Required<ParsedSettings["balance"]>;
}

export function completed(parsed: ParsedSettings): Settings {
  const { timeoutSeconds, batchWindowSeconds, maximumConcurrency } = parsed.processor;
  const names = Object.keys(parsed.topics).sort();
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
  const archiveWindow = parsed.archive.batchSize > 10 ? 1 : 0;
  const isDetailed = names.length <= MAXIMUM_TOPICS_IN_DETAIL;
  return {
    ...parsed,
    topics: Object.fromEntries(
      names.map((name) => {
        const topic = parsed.topics[name];
        return [
          name,
          {
            maximumConcurrency: topic?.maximumConcurrency ?? maximumConcurrency,
            columns: columnsOf(topic),
            required: topic?.required ?? [],
            retired: topic?.retired ?? false,
          },
        ];
      }),
    ),
    queue: {
      ...parsed.queue,
      visibilityTimeoutSeconds:
        parsed.queue.visibilityTimeoutSeconds ?? visibilityTimeout(timeoutSeconds, batchWindowSeconds),
    },
    archive: {
      ...parsed.archive,
      batchWindowSeconds: archiveWindow,
      visibilityTimeoutSeconds: visibilityTimeout(parsed.archive.timeoutSeconds, archiveWindow),
    },
    breaker: { ...parsed.breaker, maximumHoldHours: (parsed.queue.retentionDays * 24) / 2 },
    observability: {
      ...parsed.observability,
      topicMetrics: parsed.observability.topicMetrics ?? isDetailed,
      queueAlarms: parsed.observability.queueAlarms ?? (isDetailed ? "each" : "query"),
    },
    ...refined(parsed, names.length),
  };
}

const USUAL_MINUTES = 15;

function refined(
  { refinery, balance, delivery }: ParsedSettings,
  topicCount: number,
): Pick<Settings, "refinery" | "balance"> {
  const everyMinutes = refinery.everyMinutes ?? Math.max(USUAL_MINUTES, runMinutes(topicCount, refinery.concurrency));
  const leastGrace = everyMinutes + bufferMinutes(delivery);
  return {
    refinery: { ...refinery, everyMinutes, marginSeconds: longestDelivery(delivery) },
    balance: { ...balance, graceMinutes: balance.graceMinutes ?? Math.max(3 * everyMinutes, leastGrace) },
  };
}

/** Of a topic with news: CURATED, SEMANTIC, rejected, and the count. */
const QUERIES_OF_A_TOPIC = 4;

/** A small MERGE of Athena's on an Iceberg table takes 5 to 10 s [?]. */
const QUERY_SECONDS = 10;

/** How long a run takes at most in which every topic has news, in whole minutes. */
export function runMinutes(topicCount: number, concurrency: number): number {
  return Math.ceil((topicCount * QUERIES_OF_A_TOPIC * QUERY_SECONDS) / concurrency / 60);
}

/** How long a row waits in Firehose's buffers at most, in whole minutes. */
export function bufferMinutes({ bufferSeconds, transform }: ParsedSettings["delivery"]): number {
  return Math.ceil((bufferSeconds + transform.bufferSeconds) / 60);
}

/** What is left to clocks that differ, and to Firehose's own work. */
const SLACK_SECONDS = 900;

/** Firehose calls the transform three times before it gives a batch up: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
const TRANSFORM_TRIES = 4;

/** How long Firehose may take to commit a row, or to give it up. */
function longestDelivery({ bufferSeconds, retrySeconds, transform }: ParsedSettings["delivery"]): number {
  return (
    bufferSeconds + transform.bufferSeconds + TRANSFORM_TRIES * transform.timeoutSeconds + retrySeconds + SLACK_SECONDS
  );
}

function columnsOf(topic: ParsedSettings["topics"][string] | undefined): LakeColumn[] {
  const columns = Object.entries(topic?.columns ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return columns.map(([name, column]) => {
    const { type, path = [name] } = typeof column === "string" ? { type: column } : column;
    return { name, type: type.replaceAll(/\s/g, ""), path, required: topic?.required.includes(name) ?? false };
  });
}

/**
 * Visibility timeout, in seconds, of a queue that a function consumes: three times the function's timeout, since Lambda
 * also needs time to try an invocation again that it could not start. A message is hidden while it waits in the batch
 * window too: a long one must not eat that time.
 */
function visibilityTimeout(timeoutSeconds: number, batchWindowSeconds: number): number {
  return timeoutSeconds * 2 + Math.max(timeoutSeconds, batchWindowSeconds);
}

/**
 * Lambda executions that are reserved for the sqs-processor: every mapping's maximum at once, since what the mappings
 * invoke above the reservation is throttled, and each throttled batch costs its messages a receive
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 */
export function processorConcurrency({ topics }: Pick<Settings, "topics">): number {
  return Object.values(topics).reduce((sum, { maximumConcurrency }) => sum + maximumConcurrency, 0);
}

/** The least that a mapping can have: files of undelivered rows are rare, and each keeps an execution busy for long. */
export const DELIVERY_ERRORS_CONCURRENCY = 2;

/** Lambda executions that are reserved for the dlq-processor, likewise: those of its two mappings. */
export function archiveConcurrency({ archive }: Pick<Settings, "archive">): number {
  return archive.maximumConcurrency + DELIVERY_ERRORS_CONCURRENCY;
}

/** Lambda executions that are reserved for the circuit-breaker: its tick, and an alarm's message or an operator's call. */
export const BREAKER_CONCURRENCY = 2;

/** Time for a reader of the dead-letter queue: expiry counts from the first send, whenever a message arrived there. */
export const DAYS_TO_ARCHIVE = 7;
