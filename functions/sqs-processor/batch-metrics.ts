import type { MetricLine } from "../common/metrics.ts";
import { functionDimensions, SIGNALS } from "../common/signals.ts";
import { holdsSuspects } from "./isolation.ts";
import type { Message } from "./message.ts";
import { metricsOf, type Outcomes, sumOf } from "./outcomes.ts";

/** An invocation, as its metrics know it. */
export interface Batch {
  /**
   * Epoch milliseconds, of what is told at its end too: so both fall into the same minute, and what began there and did
   * not end is what crashed, timed out or is still under way.
   */
  startedAt: number;
  functionName: string;
  /** Undefined unless all messages come for the first time. */
  freshLane: string | undefined;
}

/** Of a topic that the archive's list does not hold: its queue was made after the list, or not by it. */
const UNLISTED_LANE = "0";

/**
 * The lane of a batch whose messages all come for the first time. It is that of one of them, should they be of several
 * topics: one crash must not look like crashes in several.
 *
 * @param lanes By topic.
 * @returns undefined where a message has been received before, or there is none.
 */
export function freshLane(messages: readonly Message[], lanes: ReadonlyMap<string, string>): string | undefined {
  const [first] = messages;
  if (first === undefined || holdsSuspects(messages)) return undefined;
  return lanes.get(first.topic) ?? UNLISTED_LANE;
}

/**
 * Says that nothing has ended yet, too: AWS does not say what an alarm's FILL makes of a metric that never had a value
 * [?], and every batch may crash from the first one on.
 */
export function startLine(batch: Batch): MetricLine {
  const fresh = { [SIGNALS.freshBatchesStarted]: 1, [SIGNALS.freshBatchesEnded]: 0 };
  return lineOf(batch, { [SIGNALS.batchesStarted]: 1 }, fresh);
}

/**
 * @param outcomes By topic.
 * @param topicMetrics Whether all counts are told by topic, instead of only those of failed dependencies: at 1,000
 *   topics each count is a thousand metrics to pay for.
 * @returns one line for the function, and one for each topic of which there is something to tell.
 */
export function endLines(
  batch: Batch,
  outcomes: ReadonlyMap<string, Outcomes>,
  topicMetrics: boolean,
): readonly MetricLine[] {
  const lines = [lineOf(batch, metricsOf(sumOf(outcomes.values())), { [SIGNALS.freshBatchesEnded]: 1 })];
  for (const [topic, ofTopic] of outcomes) {
    const told = Object.entries(metricsOf(ofTopic)).filter(
      ([name, messages]) => messages > 0 && (topicMetrics || ALWAYS_BY_TOPIC.includes(name)),
    );
    if (told.length === 0) continue;
    const dimensions = { ...functionDimensions(batch.functionName), topic };
    lines.push({ timestamp: batch.startedAt, dimensions, counts: Object.fromEntries(told) });
  }
  return lines;
}

const ALWAYS_BY_TOPIC: readonly string[] = [SIGNALS.dependencyFailures, SIGNALS.dependencyThrottles];

/** @param byLane What is counted by lane if the batch is fresh. */
function lineOf(
  { startedAt, functionName, freshLane }: Batch,
  counts: MetricLine["counts"],
  byLane: MetricLine["counts"],
): MetricLine {
  const line = { timestamp: startedAt, dimensions: functionDimensions(functionName), counts };
  if (freshLane === undefined) return line;
  return { ...line, finer: { dimensions: { lane: freshLane }, counts: byLane } };
}
