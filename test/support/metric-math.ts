import assert from "node:assert/strict";
import type { Alarm } from "../../components/alarm.ts";
import { evaluateMath } from "../../local/cloudwatch/math.ts";
import { isSeries } from "../../local/cloudwatch/math-operators.ts";
import { parseMath } from "../../local/cloudwatch/math-parser.ts";
import type { TimeSeries } from "../../local/cloudwatch/time-series.ts";

/** What is known of one period, by the expression's ids. */
export type Minute = Readonly<Record<string, number | undefined>>;

/**
 * Whether one period is over the threshold of an alarm on metric math, as the local cloud works it out. Undefined where
 * the expression has no value.
 */
export function isBreaching({ watched, comparison, threshold }: Alarm, minute: Minute): boolean | undefined {
  assert("expression" in watched);
  const entries = Object.keys(watched.metrics).map((id): [string, TimeSeries] => {
    return [id, { label: id, values: [minute[id]], groups: {} }];
  });
  const metrics = new Map(entries);
  const answer = evaluateMath(parseMath(watched.expression), {
    grid: { start: 0, periodMinutes: 1, length: 1 },
    metrics: () => entries,
    isMetric: (id) => metrics.has(id),
    valueOf: (id) => metrics.get(id),
  });
  assert(isSeries(answer));
  const [value] = answer.values;
  if (value === undefined) return undefined;
  if (comparison === "GreaterThanThreshold") return value > threshold;
  return comparison === "LessThanThreshold" ? value < threshold : value >= threshold;
}
