import type { ParsedSettings } from "./schema.ts";

/** The settings of a stack, complete: what is derived from other settings is worked out. */
export interface Settings extends Omit<ParsedSettings, "topics" | "queue"> {
  /** By name, in alphabetical order, so that the order in the file changes nothing. */
  topics: Record<string, { maximumConcurrency: number }>;
  queue: ParsedSettings["queue"] & { visibilityTimeoutSeconds: number };
}

export function completed(parsed: ParsedSettings): Settings {
  const { timeoutSeconds, batchWindowSeconds, maximumConcurrency } = parsed.processor;
  const names = Object.keys(parsed.topics).sort();
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
      // A message is hidden while it waits in the window too: a long one must not eat the time that a retry needs.
      visibilityTimeoutSeconds:
        parsed.queue.visibilityTimeoutSeconds ?? timeoutSeconds * 2 + Math.max(timeoutSeconds, batchWindowSeconds),
    },
  };
}

/**
 * Lambda executions that are reserved for the sqs-processor: every mapping's maximum at once, since what the mappings
 * invoke above the reservation is throttled, and each throttled batch costs its messages a receive
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 */
export function reservedConcurrency(settings: Pick<Settings, "topics">): number {
  return Object.values(settings.topics).reduce((sum, topic) => sum + topic.maximumConcurrency, 0);
}
