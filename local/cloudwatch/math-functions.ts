import { argument, type Call, checkArity, wordOf } from "./math-call.ts";
import { condition, filled } from "./math-gaps.ts";
import { finite, isArray, isSeries, mapped, type Value } from "./math-operators.ts";
import { QueryError } from "./query-error.ts";
import { present, type TimeSeries } from "./time-series.ts";

/** Of a list of numbers one. */
type Aggregation = (values: readonly number[]) => number;

const sum: Aggregation = (values) => values.reduce((total, value) => total + value, 0);

/** An aggregation of nothing is no number, so that what is worked out with it is dropped [?]; a sum of nothing is 0. */
const AGGREGATIONS: ReadonlyMap<string, Aggregation> = new Map([
  ["SUM", sum],
  ["AVG", (values: readonly number[]) => sum(values) / values.length],
  ["MIN", (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.min(...values))],
  ["MAX", (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values))],
]);

/**
 * The functions of metric math that the local cloud has
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list).
 */
export const MATH_FUNCTIONS: ReadonlyMap<string, (call: Call) => Value> = new Map<string, (call: Call) => Value>([
  ["IF", condition],
  ["FILL", filled],
  ["METRICS", metrics],
  ...[...AGGREGATIONS].map(([name, aggregate]) => [name, (call: Call) => aggregated(call, aggregate)] as const),
  ["ABS", (call) => mapped(only(call), Math.abs)],
  ["CEIL", (call) => mapped(only(call), Math.ceil)],
  ["FLOOR", (call) => mapped(only(call), Math.floor)],
  ["DIFF", (call) => changes(call, (difference) => difference)],
  ["RATE", (call) => changes(call, (difference, seconds) => difference / seconds)],
  ["PERIOD", period],
  ["TIME_SERIES", timeSeries],
  ["SORT", sorted],
]);

function only(call: Call): Value {
  checkArity(call, 1);
  return argument(call, 0);
}

/** All metrics of the request, or those whose id contains a text. Expressions are not among them. */
function metrics(call: Call): TimeSeries[] {
  checkArity(call, 0, 1);
  const [filter] = call.args;
  if (filter !== undefined && filter.kind !== "text") throw new QueryError(`METRICS takes a text in quotes`, call.at);
  const part = filter?.value ?? "";
  return call.context
    .metrics()
    .filter(([id]) => id.includes(part))
    .map(([, series]) => series);
}

/**
 * Of one series a scalar; of an array one series, with a data point wherever one of them has one. What is missing in
 * the others counts as 0 in an average, as AWS says, and not at all in a minimum or a maximum [?].
 */
function aggregated(call: Call, aggregate: Aggregation): Value {
  const value = only(call);
  if (isSeries(value)) return aggregate(present(value));
  if (!isArray(value)) throw new QueryError(`${call.name} takes a time series or an array of them`, call.at);
  const values = Array.from({ length: call.context.grid.length }, (_, index) => {
    const there = value.map((series) => series.values[index]).filter((point) => point !== undefined);
    if (there.length === 0) return undefined;
    return finite(call.name === "AVG" ? sum(there) / value.length : aggregate(there));
  });
  return { label: call.name, values, groups: {} };
}

/** From each data point to the next one, over the gaps between them. The first one has none before it. */
function changes(call: Call, change: (difference: number, seconds: number) => number): Value {
  const value = only(call);
  const of = (series: TimeSeries): TimeSeries => {
    let last: { value: number; index: number } | undefined;
    const values = series.values.map((point, index) => {
      if (point === undefined) return undefined;
      const before = last;
      last = { value: point, index };
      if (before === undefined) return undefined;
      const seconds = (index - before.index) * call.context.grid.periodMinutes * 60;
      return finite(change(point - before.value, seconds));
    });
    return { ...series, values };
  };
  if (isArray(value)) return value.map(of);
  if (typeof value === "number") throw new QueryError(`${call.name} takes no scalar`, call.at);
  return of(value);
}

/** "Valid input is metrics, not the results of other expressions." In seconds. */
function period(call: Call): number {
  checkArity(call, 1);
  const [metric] = call.args;
  if (metric?.kind !== "name" || !call.context.isMetric(metric.name)) {
    throw new QueryError("PERIOD takes the id of a metric", call.at);
  }
  return call.context.grid.periodMinutes * 60;
}

function timeSeries(call: Call): TimeSeries {
  const value = only(call);
  if (typeof value !== "number") throw new QueryError("TIME_SERIES takes a scalar", call.at);
  const values = Array.from({ length: call.context.grid.length }, () => finite(value));
  return { label: call.name, values, groups: {} };
}

/** `SORT(array, AVG|MIN|MAX|SUM, ASC|DESC[, limit])`; series without data points come last [?]. */
function sorted(call: Call): TimeSeries[] {
  checkArity(call, 3, 4);
  const array = argument(call, 0);
  const aggregate = AGGREGATIONS.get(wordOf(call, 1) ?? "");
  const order = wordOf(call, 2);
  const limit = call.args.length === 4 ? argument(call, 3) : Number.POSITIVE_INFINITY;
  if (!isArray(array) || aggregate === undefined || typeof limit !== "number" || !/^(ASC|DESC)$/.test(order ?? "")) {
    throw new QueryError("SORT takes an array, one of AVG, MIN, MAX and SUM, ASC or DESC, and maybe a number", call.at);
  }
  const sign = order === "ASC" ? 1 : -1;
  const rank = (series: TimeSeries): number => {
    const points = present(series);
    return points.length === 0 ? Number.POSITIVE_INFINITY : sign * aggregate(points);
  };
  const ranked = array.map((series) => ({ series, rank: rank(series) }));
  // Not by a difference: of two infinities it would be no number.
  ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, limit).map(({ series }) => series);
}
