import { QueryError } from "./query-error.ts";

export interface InsightsToken {
  /** A value stands in single quotation marks, a quoted name in double ones. */
  kind: "word" | "quoted" | "value" | "sign" | "end";
  /** Without quotation marks and backslashes. */
  text: string;
  /** Index of its first character. */
  at: number;
}

const PATTERNS: readonly { kind: InsightsToken["kind"]; pattern: RegExp }[] = [
  { kind: "word", pattern: /[A-Za-z0-9_]+/y },
  { kind: "quoted", pattern: /"((?:[^"\\]|\\.)*)"/sy },
  { kind: "value", pattern: /'((?:[^'\\]|\\.)*)'/sy },
  { kind: "sign", pattern: /!=|[=(),.]/y },
];

/**
 * The words and signs of a Metrics Insights query, and its end. A backslash stands before a quotation mark that belongs
 * to a name; of values AWS says nothing, and it is the same here [?]
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html#cloudwatch-metrics-insights-syntaxdetails).
 *
 * @throws QueryError
 */
export function insightsTokens(query: string): InsightsToken[] {
  const tokens: InsightsToken[] = [];
  for (let at = 0; at < query.length; ) {
    if (/\s/.test(query.charAt(at))) {
      at += 1;
      continue;
    }
    const { token, end } = readToken(query, at);
    tokens.push(token);
    at = end;
  }
  tokens.push({ kind: "end", text: "the end", at: query.length });
  return tokens;
}

function readToken(query: string, at: number): { token: InsightsToken; end: number } {
  for (const { kind, pattern } of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(query);
    if (match !== null) {
      const text = (match[1] ?? match[0]).replace(/\\(.)/gs, "$1");
      return { token: { kind, text, at }, end: pattern.lastIndex };
    }
  }
  throw new QueryError(`${JSON.stringify(query.charAt(at))} is not part of a Metrics Insights query`, at);
}
