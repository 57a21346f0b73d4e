/**
 * What the sqs-processor tells of its work: the metrics' names and dimensions, written here once for the function that
 * emits them, the alarms and the dashboard that show them, and the circuit breaker that reads them.
 */

export const PROCESSOR_SERVICE = "sqs-processor";

/**
 * Counts of messages and batches. All have the function's dimensions; which have others besides is said. What became of
 * each message that was received is in exactly one of the others. The setting `observability.topicMetrics` adds what is
 * not zero by topic.
 */
export const SIGNALS = {
  /** Messages that an invocation was given. */
  received: "MessagesReceived",
  forwarded: "RecordsForwarded",
  dropped: "MessagesDropped",
  /**
   * Messages that go back because Firehose or the dead-letter queue was away or refused. By topic too where there are
   * any.
   */
  dependencyFailures: "DependencyFailures",
  /** Messages that go back because Firehose or the dead-letter queue was asked too often. By topic too where there are any. */
  dependencyThrottles: "DependencyThrottles",
  /** Messages that go back because reading them threw an error that nobody foresaw. Only where there are any. */
  unknownFailures: "UnknownFailures",
  /** Messages that go back because the time ended before their turn came. Only where there are any. */
  notReached: "MessagesNotReached",
  /**
   * Messages that are bad in themselves and have no room for the reason: SQS moves them after their last receive, and
   * until then they are in this count at each. Only where there are any.
   */
  leftToRedrive: "MessagesLeftToRedrive",
  /** Invocations that began: told before any work is done, so that one that crashes is counted too. */
  batchesStarted: "BatchesStarted",
  /** Batches of messages that all come for the first time, at their beginning. By lane only. */
  freshBatchesStarted: "FreshBatchesStarted",
  /** The same at their end, under the time of their beginning: the difference crashed or timed out. By lane only. */
  freshBatchesEnded: "FreshBatchesEnded",
} as const;

/**
 * The topics are dealt out to lanes, in alphabetical order, so that crashes in several topics can be told from crashes
 * in one without a metric for each topic. An alarm's expression takes ten metrics at most, here two a lane and two more
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html).
 */
export const MAXIMUM_LANES = 4;

/** How many lanes a stack with so many topics has. */
export function laneCount(topics: number): number {
  return Math.min(MAXIMUM_LANES, topics);
}

/** By topic, its lane. */
export function lanesOf(topics: readonly string[]): ReadonlyMap<string, string> {
  const lanes = laneCount(topics.length);
  return new Map(topics.toSorted().map((topic, index) => [topic, String(index % lanes)]));
}

export function functionDimensions(functionName: string): { service: string; function_name: string } {
  return { service: PROCESSOR_SERVICE, function_name: functionName };
}
