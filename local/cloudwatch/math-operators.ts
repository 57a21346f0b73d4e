import type { Operator } from "./math-parser.ts";
import { QueryError } from "./query-error.ts";
import type { TimeSeries } from "./time-series.ts";

/** What an expression gives: a scalar, a time series, or an array of those (AWS's S, TS and TS[]). */
export type Value = number | TimeSeries | readonly TimeSeries[];

type Combine = (left: number, right: number) => number;

/** For each of them true is 1, and what is not 0 is true. */
const COMPARISONS: Partial<Record<Operator, Combine>> = {
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

const ARITHMETIC: Partial<Record<Operator, Combine>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
};

/**
 * Between two series a value that is missing on one side only counts as 0; between a series and a scalar it stays
 * missing [?]. A data point that comes out as no number, as by a division by zero, is dropped
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax).
 *
 * @param at Where the operator stands.
 * @throws QueryError for arrays that are compared or joined by a logical operator, of which AWS says nothing, or that
 *   differ in length.
 */
export function combined(operator: Operator, left: Value, right: Value, at: number): Value {
  const arithmetic = ARITHMETIC[operator];
  const combine = arithmetic ?? COMPARISONS[operator];
  if (combine === undefined) throw new QueryError(`no operator ${operator}`, at);
  if (isArray(left) || isArray(right)) {
    if (arithmetic === undefined) throw new QueryError(`${operator} takes no array of time series`, at);
    return arraysCombined(combine, left, right, at);
  }
  return pairCombined(combine, left, right);
}

/** Applies `change` to every value. */
export function mapped(value: Value, change: (value: number) => number): Value {
  if (isArray(value)) return value.map((series) => seriesMapped(series, change));
  return typeof value === "number" ? change(value) : seriesMapped(value, change);
}

export function isArray(value: Value): value is readonly TimeSeries[] {
  return Array.isArray(value);
}

export function isSeries(value: Value): value is TimeSeries {
  return typeof value !== "number" && !isArray(value);
}

export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function arraysCombined(combine: Combine, left: Value, right: Value, at: number): TimeSeries[] {
  if (isArray(left) && isArray(right)) {
    if (left.length !== right.length) {
      throw new QueryError(`arrays of ${left.length} and ${right.length} time series do not go together`, at);
    }
    return left.map((series, index) => pairCombined(combine, series, right[index] ?? series) as TimeSeries);
  }
  if (isArray(left)) return left.map((series) => pairCombined(combine, series, right as number) as TimeSeries);
  return (right as readonly TimeSeries[]).map((series) => pairCombined(combine, left as number, series) as TimeSeries);
}

function pairCombined(combine: Combine, left: number | TimeSeries, right: number | TimeSeries): number | TimeSeries {
  if (typeof left === "number") {
    if (typeof right === "number") return combine(left, right);
    return seriesMapped(right, (value) => combine(left, value));
  }
  if (typeof right === "number") return seriesMapped(left, (value) => combine(value, right));
  const values = left.values.map((value, index) => {
    const other = right.values[index];
    return value === undefined && other === undefined ? undefined : finite(combine(value ?? 0, other ?? 0));
  });
  return { ...left, values };
}

function seriesMapped(series: TimeSeries, change: (value: number) => number): TimeSeries {
  return { ...series, values: series.values.map((value) => (value === undefined ? undefined : finite(change(value)))) };
}
