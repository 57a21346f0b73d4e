import { MAXIMUM_TOPICS_IN_DETAIL, type ParsedSettings } from "./schema.ts";

/** The settings of a stack, complete: what is derived from other settings is worked out. */
export interface Settings extends Omit<ParsedSettings, "topics" | "queue" | "archive" | "breaker" | "observability"> {
  /** By name, in alphabetical order, so that the order in the file changes nothing. */
  topics: Record<string, { maximumConcurrency: number }>;
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
      names.map((name) => [
        name,
        { maximumConcurrency: parsed.topics[name]?.maximumConcurrency ?? maximumConcurrency },
      ]),
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
  };
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
