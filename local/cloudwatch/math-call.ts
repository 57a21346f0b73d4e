import type { Value } from "./math-operators.ts";
import type { Expression } from "./math-parser.ts";
import { QueryError } from "./query-error.ts";
import type { Grid, TimeSeries } from "./time-series.ts";

/** What an expression is worked out from. */
export interface MathContext {
  /** That all series have, so that their values go together by their places. */
  grid: Grid;
  /** What METRICS() gives: those in the request that are no expressions, by id. */
  metrics(): readonly (readonly [id: string, series: TimeSeries])[];
  isMetric(id: string): boolean;
  /** What a metric, or another expression, gives. @throws QueryError if it cannot be worked out. */
  valueOf(id: string): Value | undefined;
}

/** One use of a function. */
export interface Call {
  name: string;
  args: readonly Expression[];
  /** Where it stands. */
  at: number;
  context: MathContext;
  evaluate(argument: Expression): Value;
}

/** @throws QueryError unless a call has that many arguments. */
export function checkArity({ name, args, at }: Call, min: number, max = min): void {
  if (args.length >= min && args.length <= max) return;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  throw new QueryError(`${name} takes ${wanted} arguments, not ${args.length}`, at);
}

/** The value of an argument. */
export function argument({ args, evaluate, name, at }: Call, index: number): Value {
  const expression = args[index];
  if (expression === undefined) throw new QueryError(`${name} lacks an argument`, at);
  return evaluate(expression);
}

/** An argument that is a word of the language, such as REPEAT. */
export function wordOf({ args, context }: Call, index: number): string | undefined {
  const expression = args[index];
  if (expression?.kind !== "name" || context.valueOf(expression.name) !== undefined) return undefined;
  return expression.name;
}
