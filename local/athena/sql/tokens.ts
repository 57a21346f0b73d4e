import { refusedSql } from "../refusals.ts";

export interface Token {
  kind: "word" | "quoted" | "backquoted" | "string" | "number" | "symbol";
  /** What it means: a word in lower case, an identifier or a string without its quotes, else its text. */
  value: string;
  /** In the statement: [start, end). */
  start: number;
  end: number;
}

/** What Trino's lexer and DuckDB's both take, and read alike. Longer symbols come first. */
const TOKEN =
  /(?<space>[ \t\r\n]+|--[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_]\w*)|(?<quoted>"(?:[^"]|"")+")|(?<backquoted>`[^`]+`)|(?<string>'(?:[^']|'')*')|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol><>|!=|<=|>=|\|\||[(),.;=<>+*-])/y;

/** Letters that make another literal of the string which they touch. */
const STRING_PREFIX = /^[benux]$/;

/**
 * Splits a statement into its tokens, white space and comments aside.
 *
 * @throws AwsError `InvalidRequestException` at whatever one of the two engines does not take, or takes otherwise.
 */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(sql)?.groups;
    if (groups === undefined) throw refusedSql(`at ${placeOf(sql, at)}: ${JSON.stringify(sql.slice(at, at + 10))}`);
    const start = at;
    at = TOKEN.lastIndex;
    if (groups.space !== undefined) {
      // Trino ends a comment at the first end mark, DuckDB at the matching one.
      if (groups.space.indexOf("/*", 2) > 0) throw refusedSql(`at ${placeOf(sql, start)}: a comment in a comment`);
      continue;
    }
    const token = readToken(groups, start, at);
    refuseTouching(sql, tokens.at(-1), token);
    tokens.push(token);
  }
  return tokens;
}

/** Line and column, from 1. */
export function placeOf(sql: string, at: number): string {
  const before = sql.slice(0, at).split("\n");
  return `line ${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function readToken(groups: Readonly<Record<string, string | undefined>>, start: number, end: number): Token {
  const { word, quoted, backquoted, string, number, symbol = "" } = groups;
  if (word !== undefined) return { kind: "word", value: word.toLowerCase(), start, end };
  if (quoted !== undefined) return { kind: "quoted", value: unquoted(quoted), start, end };
  if (backquoted !== undefined) return { kind: "backquoted", value: backquoted.slice(1, -1), start, end };
  if (string !== undefined) return { kind: "string", value: unquoted(string), start, end };
  if (number !== undefined) return { kind: "number", value: number, start, end };
  return { kind: "symbol", value: symbol, start, end };
}

function unquoted(text: string): string {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** `1_000`, `0x1F` and `E'\n'` are one token to one engine, and two or none to the other. */
function refuseTouching(sql: string, last: Token | undefined, next: Token): void {
  if (last === undefined || last.end !== next.start) return;
  const number = last.kind === "number" && next.kind !== "symbol";
  const prefixed = last.kind === "word" && next.kind === "string" && STRING_PREFIX.test(last.value);
  if (number || prefixed) throw refusedSql(`at ${placeOf(sql, last.start)}: ${sql.slice(last.start, last.end + 10)}`);
}
