import { type InsightsQuery, isInsightsQuery, parseInsights } from "./insights-parser.ts";
import { type Expression, parseMath } from "./math-parser.ts";
import { QueryError } from "./query-error.ts";
import type { Statistic } from "./statistics.ts";
import type { MetricId } from "./types.ts";

/**
 * A metric, or what is worked out from metrics, as a request or a resource has it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html).
 */
export type MetricQuery = {
  id: string;
  label: string | undefined;
  /** Whether the answer has it, or only other expressions need it. */
  returnData: boolean;
} & (
  | { metric: MetricId; statistic: Statistic; periodSeconds: number }
  /** Metric math or Metrics Insights. */
  | { expression: string; periodSeconds: number | undefined }
);

/** A query whose expression was read. */
export type ReadQuery = { label: string | undefined } & (
  | { kind: "metric"; metric: MetricId; statistic: Statistic; periodSeconds: number }
  | { kind: "math"; expression: Expression; periodSeconds: number | undefined }
  | { kind: "insights"; insights: InsightsQuery; periodSeconds: number }
);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
const MAX_EXPRESSION_LENGTH = 2048;

/** @throws QueryError */
export function readQuery(query: MetricQuery): ReadQuery {
  if ("metric" in query) return { kind: "metric", ...query };
  const { label, expression, periodSeconds } = query;
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new QueryError(`must have at most ${MAX_EXPRESSION_LENGTH} characters, has ${expression.length}`);
  }
  if (!isInsightsQuery(expression)) return { kind: "math", label, expression: parseMath(expression), periodSeconds };
  if (periodSeconds === undefined) throw new QueryError("a Metrics Insights query needs a period of its own");
  return { kind: "insights", label, insights: parseInsights(expression), periodSeconds };
}

/** The ids in an expression; with METRICS() `usesMetrics` besides. Words of the language, such as REPEAT, are among them. */
export function referencesOf(expression: Expression): { names: string[]; usesMetrics: boolean } {
  switch (expression.kind) {
    case "number":
    case "text":
      return { names: [], usesMetrics: false };
    case "name":
      return { names: [expression.name], usesMetrics: false };
    case "negative":
      return referencesOf(expression.operand);
    case "binary":
      return together([expression.left, expression.right]);
    case "array":
      return together(expression.items);
    case "call": {
      const { names, usesMetrics } = together(expression.args);
      return { names, usesMetrics: usesMetrics || expression.name === "METRICS" };
    }
  }
}

function together(expressions: readonly Expression[]): { names: string[]; usesMetrics: boolean } {
  const all = expressions.map(referencesOf);
  return { names: all.flatMap(({ names }) => names), usesMetrics: all.some(({ usesMetrics }) => usesMetrics) };
}
