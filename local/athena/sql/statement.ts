import { type AlterTable, parseAlterTable } from "./alter-table.ts";
import { type Assignment, columnNames, expect, setAssignment } from "./assignments.ts";
import { checkScript } from "./check.ts";
import { type Merge, parseMerge } from "./merge.ts";
import { mentionedNames, type ObjectName, objectName, readName } from "./names.ts";
import { Script } from "./script.ts";

interface Common {
  /** Without what may follow the statement. */
  sql: string;
  /** What may be the names of the tables that the statement reads. */
  mentions: readonly ObjectName[];
}

interface Write extends Common {
  table: ObjectName;
  assignments: readonly Assignment[];
}

export type Statement =
  | (Common & { kind: "SELECT" })
  | (Write & { kind: "INSERT" | "UPDATE" | "DELETE" })
  | (Write & { kind: "MERGE"; merge: Merge })
  | (Common & { kind: "CREATE_VIEW"; view: ObjectName; body: string; replaces: boolean })
  | (Common & { kind: "DROP_VIEW"; view: ObjectName; ifExists: boolean })
  | (Common & { kind: "ALTER_TABLE"; table: ObjectName; change: AlterTable });

/** Statements that change data, and queries; the others are DDL. */
export function isDml({ kind }: Statement): boolean {
  return kind !== "CREATE_VIEW" && kind !== "DROP_VIEW" && kind !== "ALTER_TABLE";
}

/**
 * Reads a statement that goes to Athena, as far as the local Athena needs to know it.
 *
 * @throws AwsError `InvalidRequestException` for what Athena could not parse, for what DuckDB would run otherwise, and
 *   for statements that the local Athena does not know.
 */
export function parseStatement(text: string): Statement {
  const script = new Script(text);
  const first = script.tokens[0]?.value ?? "";
  const parse = script.tokens[0]?.kind === "word" && Object.hasOwn(PARSERS, first) ? PARSERS[first] : undefined;
  if (parse === undefined) throw script.refusal(0, `the statements are ${Object.keys(PARSERS).join(", ")}`);
  return parse(script);
}

const PARSERS: Readonly<Record<string, (script: Script) => Statement>> = {
  select: parseSelect,
  with: parseSelect,
  insert: parseInsert,
  merge: (script) => {
    const table = objectName(readName(script, 2).parts);
    const { merge, assignments } = parseMerge(script);
    checkScript(script, new Set());
    return { kind: "MERGE", table, merge, assignments, ...common(script) };
  },
  update: parseUpdate,
  delete: (script) => {
    expect(script, 1, "from");
    refuseOuter(script, "using");
    checkScript(script, new Set());
    return { kind: "DELETE", table: objectName(readName(script, 2).parts), assignments: [], ...common(script) };
  },
  create: parseCreateView,
  drop: parseDropView,
  alter: (script) => {
    expect(script, 1, "table");
    const { parts, next } = readName(script, 2);
    return { kind: "ALTER_TABLE", table: objectName(parts), change: parseAlterTable(script, next), ...common(script) };
  },
};

function common(script: Script): Common {
  return { sql: script.sql, mentions: mentionedNames(script) };
}

function parseSelect(script: Script): Statement {
  for (const word of ["insert", "update", "delete", "merge"]) refuseOuter(script, word);
  if (script.is(0, "with") && script.outer("select").length === 0) throw script.refusal(0, "WITH needs a SELECT");
  checkScript(script, new Set());
  return { kind: "SELECT", ...common(script) };
}

function parseInsert(script: Script): Statement {
  expect(script, 1, "into");
  const { parts, next } = readName(script, 2);
  const listed = script.is(next, "(") && !script.is(next + 1, "select", "with", "values");
  const source = listed ? script.closeOf(next) + 1 : next;
  if (!script.is(source, "select", "with", "values")) throw script.refusal(source, "VALUES or a query");
  for (const word of ["conflict", "returning"]) refuseOuter(script, word);
  checkScript(script, new Set(listed ? [next] : []));
  const columns = listed ? columnNames(script, next) : undefined;
  const assignments = [{ columns, query: script.text(source) }];
  return { kind: "INSERT", table: objectName(parts), assignments, ...common(script) };
}

function parseUpdate(script: Script): Statement {
  const { parts, next } = readName(script, 1);
  expect(script, next, "set");
  refuseOuter(script, "from");
  checkScript(script, new Set());
  const where = script.outer("where")[0] ?? script.tokens.length;
  const assignments = [setAssignment(script, next + 1, where, script.text(1, next))];
  return { kind: "UPDATE", table: objectName(parts), assignments, ...common(script) };
}

function parseCreateView(script: Script): Statement {
  const replaces = script.is(1, "or") && script.is(2, "replace");
  const view = replaces ? 3 : 1;
  expect(script, view, "view");
  const { parts, next } = readName(script, view + 1);
  expect(script, next, "as");
  if (!script.is(next + 1, "select", "with")) throw script.refusal(next + 1, "a view is a query");
  checkScript(script, new Set());
  return { kind: "CREATE_VIEW", view: objectName(parts), body: script.text(next + 1), replaces, ...common(script) };
}

function parseDropView(script: Script): Statement {
  expect(script, 1, "view");
  const ifExists = script.is(2, "if") && script.is(3, "exists");
  const { parts, next } = readName(script, ifExists ? 4 : 2);
  if (next < script.tokens.length) throw script.refusal(next, "nothing follows the view's name");
  return { kind: "DROP_VIEW", view: objectName(parts), ifExists, ...common(script) };
}

function refuseOuter(script: Script, word: string): void {
  const at = script.outer(word)[0];
  if (at !== undefined) throw script.refusal(at, "not in Trino's SQL");
}
