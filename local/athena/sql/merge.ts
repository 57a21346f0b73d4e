import { type Assignment, columnNames, expect, setAssignment } from "./assignments.ts";
import type { Script } from "./script.ts";

/** What a MERGE is about, besides its table. */
export interface Merge {
  /**
   * A query in DuckDB's SQL that has a row where one of the table's rows matches several of the source and the same
   * WHEN clause takes them, or none does. Trino then fails, even if nothing is to happen to matched rows
   * (https://trino.io/docs/current/sql/merge.html); DuckDB lets one of them win.
   */
  ambiguous: string;
}

/** One WHEN clause, by the positions of its tokens. */
interface Case {
  when: number;
  then: number;
  end: number;
  matched: boolean;
}

/**
 * Reads MERGE INTO table [AS alias] USING source ON condition WHEN …
 * (https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html).
 */
export function parseMerge(script: Script): { merge: Merge; assignments: Assignment[] } {
  expect(script, 1, "into");
  const [using, on] = [script.outer("using")[0], script.outer("on")[0]];
  const whens = script.outer("when");
  if (using === undefined || on === undefined || on < using) throw script.refusal(0, "USING … ON … is expected");
  if (script.outer("join").length > 0) throw script.refusal(using, "put a join into parentheses");
  const cases = whens.map((when, index) => readCase(script, when, whens[index + 1] ?? script.tokens.length));
  if (cases.length === 0) throw script.refusal(0, "WHEN … is expected");

  const [target, source] = [script.text(2, using), script.text(using + 1, on)];
  const condition = script.text(on + 1, whens[0]);
  const joined = `${target} JOIN ${source} ON ${condition}`;
  const alias = script.text(using - 1, using);
  const taken = cases.flatMap((one, index) => {
    return one.matched ? [`WHEN ${conditionOf(script, one)} THEN ${index}`] : [];
  });
  const taker = taken.length === 0 ? "-1" : `CASE ${taken.join(" ")} ELSE -1 END`;
  const matches = `SELECT ${alias}.rowid AS matched, ${taker} AS taker FROM ${joined}`;
  const ambiguous = `SELECT 1 FROM (${matches}) AS matches GROUP BY matched, taker HAVING count(*) > 1 LIMIT 1`;
  return { merge: { ambiguous }, assignments: cases.flatMap((one) => assignmentsOf(script, one, source, joined)) };
}

function readCase(script: Script, when: number, end: number): Case {
  const matched = script.is(when + 1, "matched");
  if (!matched) expect(script, when + 1, "not");
  expect(script, matched ? when + 1 : when + 2, "matched");
  const then = script.outer("then", when)[0];
  if (then === undefined || then >= end) throw script.refusal(when, "THEN is expected");
  return { when, then, end, matched };
}

/** What follows the AND of WHEN MATCHED AND …, or TRUE. */
function conditionOf(script: Script, { when, then }: Case): string {
  if (then === when + 2) return "TRUE";
  expect(script, when + 2, "and");
  return script.text(when + 3, then);
}

function assignmentsOf(script: Script, { then, end, matched }: Case, source: string, joined: string): Assignment[] {
  const action = then + 1;
  if (matched && script.is(action, "delete") && end === action + 1) return [];
  if (matched) {
    expect(script, action, "update");
    expect(script, action + 1, "set");
    return [setAssignment(script, action + 2, end, joined)];
  }
  expect(script, action, "insert");
  const listed = script.is(action + 1, "(");
  const values = listed ? script.closeOf(action + 1) + 1 : action + 1;
  expect(script, values, "values");
  if (!script.is(values + 1, "(") || script.closeOf(values + 1) + 1 !== end) {
    throw script.refusal(values, "VALUES (…) is expected");
  }
  const query = `SELECT ${script.text(values + 2, end - 1)} FROM ${source}`;
  return [{ columns: listed ? columnNames(script, action + 1) : undefined, query }];
}
