import type { Script } from "./script.ts";

/** Expressions that a statement puts into columns of its table, and a query that has them as its columns. */
export interface Assignment {
  /** Undefined for all columns of the table, in their order. */
  columns: readonly string[] | undefined;
  query: string;
}

/** The assignments `a = x, b = y` between two tokens. */
export function setAssignment(script: Script, from: number, to: number, source: string): Assignment {
  const pieces = script.pieces(from, to);
  const columns = pieces.map(([start]) => {
    if (!script.isName(start) || !script.is(start + 1, "=")) throw script.refusal(start, "column = expression");
    return (script.tokens[start]?.value ?? "").toLowerCase();
  });
  const values = pieces.map(([start, end]) => script.text(start + 2, end));
  return { columns, query: `SELECT ${values.join(", ")} FROM ${source}` };
}

/** The names in the parentheses that open at a token. */
export function columnNames(script: Script, open: number): string[] {
  return script.pieces(open + 1, script.closeOf(open)).map(([start, end]) => {
    if (!script.isName(start) || end !== start + 1) throw script.refusal(start, "a column's name");
    return (script.tokens[start]?.value ?? "").toLowerCase();
  });
}

export function expect(script: Script, at: number, word: string): void {
  if (!script.is(at, word)) throw script.refusal(at, `${word.toUpperCase()} is expected`);
}
