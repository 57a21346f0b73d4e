import type { MathContext } from "./math-call.ts";
import { MATH_FUNCTIONS } from "./math-functions.ts";
import { combined, mapped, type Value } from "./math-operators.ts";
import type { Expression } from "./math-parser.ts";
import { QueryError } from "./query-error.ts";
import type { TimeSeries } from "./time-series.ts";

/**
 * Works out metric math (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 *
 * @throws QueryError for what the local cloud has not, and where operands do not go together.
 */
export function evaluateMath(expression: Expression, context: MathContext): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "text":
      throw new QueryError(`a text stands only in METRICS("…")`, expression.at);
    case "name":
      return named(expression.name, expression.at, context);
    case "negative":
      return mapped(evaluateMath(expression.operand, context), (value) => -value);
    case "binary": {
      const { operator, left, right, at } = expression;
      return combined(operator, evaluateMath(left, context), evaluateMath(right, context), at);
    }
    case "array":
      return arrayOf(expression.items, context, expression.at);
    case "call": {
      const { name, args, at } = expression;
      const call = MATH_FUNCTIONS.get(name);
      if (call === undefined) {
        const known = [...MATH_FUNCTIONS.keys()].join(", ");
        throw new QueryError(`the local cloud has no function ${name}; it has: ${known}`, at);
      }
      return call({ name, args, at, context, evaluate: (argument) => evaluateMath(argument, context) });
    }
  }
}

function named(id: string, at: number, context: MathContext): Value {
  const value = context.valueOf(id);
  if (value === undefined) throw new QueryError(`there is no metric or expression with the id ${id}`, at);
  return value;
}

/** `[m1, m2]`, and `[METRICS("a"), METRICS("b")]`, of which the arrays' elements are meant. */
function arrayOf(items: readonly Expression[], context: MathContext, at: number): TimeSeries[] {
  return items
    .map((item) => evaluateMath(item, context))
    .flatMap((value) => {
      if (typeof value === "number") throw new QueryError("an array is made of time series", at);
      return value;
    });
}
