import { argument, type Call, checkArity, wordOf } from "./math-call.ts";
import { isArray, isSeries, type Value } from "./math-operators.ts";
import { QueryError } from "./query-error.ts";
import { emptySeries, type TimeSeries } from "./time-series.ts";

type Values = TimeSeries["values"];

/**
 * `IF(condition, whenTrue[, whenFalse])`, where what is not 0 is true. Where a condition is true and the value for it is
 * missing, the result is 0; where it is false and the value is missing or not given, and where the condition itself is
 * missing, there is no data point
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-IF-expressions).
 */
export function condition(call: Call): Value {
  checkArity(call, 2, 3);
  const [when, whenTrue, whenFalse] = call.args.map((_, index) => argument(call, index));
  if (when === undefined || whenTrue === undefined) throw new QueryError("IF lacks an argument", call.at);
  if (isArray(when) || isArray(whenTrue) || (whenFalse !== undefined && isArray(whenFalse))) {
    throw new QueryError("IF takes no array of time series", call.at);
  }
  if (typeof when === "number") return when !== 0 ? whenTrue : (whenFalse ?? emptySeries(call.context.grid, call.name));
  const values = when.values.map((value, index) => {
    if (value === undefined) return undefined;
    if (value !== 0) return typeof whenTrue === "number" ? whenTrue : (whenTrue.values[index] ?? 0);
    return typeof whenFalse === "number" ? whenFalse : whenFalse?.values[index];
  });
  return { label: call.name, values, groups: {} };
}

/**
 * `FILL(series, value|series|REPEAT|LINEAR)`. A series without any data point is filled as well, with a value [?].
 * Nothing repeats before the first data point, and nothing is interpolated before the first or after the last [?].
 */
export function filled(call: Call): Value {
  checkArity(call, 2);
  const gaps = argument(call, 0);
  if (typeof gaps === "number") throw new QueryError("FILL takes a time series or an array of them", call.at);
  const fill = filler(call);
  return isSeries(gaps)
    ? { ...gaps, values: fill(gaps.values) }
    : gaps.map((one) => ({ ...one, values: fill(one.values) }));
}

function filler(call: Call): (values: Values) => Values {
  const word = wordOf(call, 1);
  if (word === "REPEAT") return repeated;
  if (word === "LINEAR") return interpolated;
  const value = argument(call, 1);
  if (isArray(value)) throw new QueryError("FILL fills with a value, one time series, REPEAT or LINEAR", call.at);
  if (isSeries(value)) return (values) => values.map((point, index) => point ?? value.values[index]);
  return (values) => values.map((point) => point ?? (Number.isFinite(value) ? value : undefined));
}

function repeated(values: Values): Values {
  let last: number | undefined;
  return values.map((value) => {
    last = value ?? last;
    return last;
  });
}

function interpolated(values: Values): Values {
  const result = [...values];
  let from: number | undefined;
  for (const [to, end] of values.entries()) {
    if (end === undefined) continue;
    const start = from === undefined ? undefined : values[from];
    if (from !== undefined && start !== undefined) {
      for (let index = from + 1; index < to; index += 1) {
        result[index] = start + ((end - start) * (index - from)) / (to - from);
      }
    }
    from = to;
  }
  return result;
}
