import { QueryError } from "./query-error.ts";

export interface Token {
  kind: "number" | "text" | "name" | "operator" | "end";
  /** As written; of a text: what is between its quotation marks. */
  text: string;
  /** Index of its first character. */
  at: number;
}

const SPACE = /\s*/y;

const PATTERNS: readonly { kind: Token["kind"]; pattern: RegExp }[] = [
  { kind: "number", pattern: /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: "text", pattern: /"([^"]*)"|'([^']*)'/y },
  { kind: "name", pattern: /[A-Za-z_][A-Za-z0-9_]*/y },
  { kind: "operator", pattern: /&&|\|\||[<>=!]=|[-+*/^<>(),[\]]/y },
];

/** The words and signs of a metric math expression, and its end. @throws QueryError */
export function mathTokens(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(expression, 0);
  while (at < expression.length) {
    const token = readToken(expression, at);
    tokens.push(token.token);
    at = skipSpace(expression, token.end);
  }
  tokens.push({ kind: "end", text: "the end", at });
  return tokens;
}

function readToken(expression: string, at: number): { token: Token; end: number } {
  for (const { kind, pattern } of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(expression);
    if (match !== null) {
      const text = kind === "text" ? (match[1] ?? match[2] ?? "") : match[0];
      return { token: { kind, text, at }, end: pattern.lastIndex };
    }
  }
  throw new QueryError(`${JSON.stringify(expression[at])} is not part of metric math`, at);
}

function skipSpace(expression: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(expression);
  return SPACE.lastIndex;
}
