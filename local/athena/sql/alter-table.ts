import type { Script } from "./script.ts";

/** A column as Hive's DDL writes it. */
export interface HiveColumn {
  name: string;
  /** In lower case and without spaces, for example `decimal(18,2)`. */
  type: string;
}

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html */
export type AlterTable =
  | { kind: "ADD_COLUMNS"; columns: readonly HiveColumn[] }
  | { kind: "CHANGE_COLUMN"; column: HiveColumn };

/**
 * Reads what follows ALTER TABLE name: `ADD COLUMNS (name type, …)` or `CHANGE COLUMN name name type`. This is Hive's
 * DDL: names stand in backticks or bare, never in double quotes.
 *
 * @throws AwsError `InvalidRequestException` for other changes too: renaming, reordering and dropping columns.
 */
export function parseAlterTable(script: Script, from: number): AlterTable {
  const quoted = script.tokens.findIndex(({ kind }) => kind === "quoted");
  if (quoted >= 0) throw script.refusal(quoted, "in DDL names are quoted with backticks");
  if (script.is(from, "add") && script.is(from + 1, "columns") && script.is(from + 2, "(")) {
    const close = script.closeOf(from + 2);
    if (close + 1 !== script.tokens.length) throw script.refusal(close + 1, "nothing follows the columns");
    const columns = script.pieces(from + 3, close).map(([start, end]) => readColumn(script, start, end));
    return { kind: "ADD_COLUMNS", columns };
  }
  if (script.is(from, "change")) {
    const name = script.is(from + 1, "column") ? from + 2 : from + 1;
    const column = readColumn(script, name + 1, script.tokens.length);
    if (readIdentifier(script, name) !== column.name) throw script.refusal(name, "the local Athena renames no columns");
    return { kind: "CHANGE_COLUMN", column };
  }
  throw script.refusal(from, "the local Athena knows ADD COLUMNS (…) and CHANGE COLUMN");
}

function readColumn(script: Script, from: number, to: number): HiveColumn {
  const name = readIdentifier(script, from);
  const type = script.typeName(from + 1, to);
  if (!/^[a-z]+(\(\d+,\d+\))?$/.test(type)) throw script.refusal(from, "a column is a name and a type, nothing else");
  return { name, type };
}

function readIdentifier(script: Script, at: number): string {
  const token = script.tokens[at];
  if (token?.kind !== "word" && token?.kind !== "backquoted") throw script.refusal(at, "a column's name");
  return token.value.toLowerCase();
}
