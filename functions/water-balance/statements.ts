import { chunks } from "../common/chunks.ts";
import { table, text } from "../refinery-plan/sql/text.ts";
import { NO_DAY } from "../refinery-plan/sql/window.ts";
import type { DayBalance } from "./compare.ts";

/** The table's name in the SEMANTIC database; no topic's table may have it. */
export const BALANCE_TABLE = "water_balance";

/** A row of the water balance's table. */
export interface BalanceRow {
  topic: string;
  /** Of the topic's layers on a day; undefined: they were not checked. */
  balance: DayBalance | undefined;
  note: string;
}

const COLUMNS = [
  "checked_at",
  "topic",
  "day",
  "status",
  "raw_rows",
  "raw_ids",
  "curated_rows",
  "semantic_rows",
  "rejected_rows",
  "superseded_rows",
  "unexplained",
  "note",
] as const;

const STATEMENT_BYTES = 100_000;
const NOTE_LENGTH = 500;

/** The row as it stands in a statement. @param checkedAt epoch milliseconds. */
export function tuple({ topic, balance, note }: BalanceRow, checkedAt: number): string {
  const at = `TIMESTAMP ${text(new Date(checkedAt).toISOString().slice(0, -1).replace("T", " "))}`;
  const shortened = text(note.length > NOTE_LENGTH ? `${note.slice(0, NOTE_LENGTH - 1)}…` : note);
  if (balance === undefined) {
    const noCounts = COLUMNS.slice(4, -1).map(() => "CAST(NULL AS BIGINT)");
    return `(${[at, text(topic), "CAST(NULL AS DATE)", "'not_checked'", ...noCounts, shortened].join(", ")})`;
  }
  const { day, counts, isBalanced, missing, restored } = balance;
  const values = [
    at,
    text(topic),
    day === NO_DAY ? "CAST(NULL AS DATE)" : `DATE ${text(day)}`,
    isBalanced ? "'balanced'" : "'unequal'",
    counts.raw_rows,
    counts.raw_ids,
    counts.curated_rows,
    counts.semantic_rows,
    counts.rejected_rows,
    counts.superseded_rows,
    missing + restored,
    shortened,
  ];
  return `(${values.join(", ")})`;
}

/** Statements that add rows to the table, each of at most 100 KB. */
export function insertions(semanticDatabase: string, tuples: readonly string[]): string[] {
  const head = `INSERT INTO ${table(semanticDatabase, BALANCE_TABLE)} (${COLUMNS.join(", ")})\nVALUES\n`;
  const limits = { items: tuples.length, bytes: STATEMENT_BYTES - Buffer.byteLength(head) };
  return chunks(tuples, limits, (row) => Buffer.byteLength(row) + 2).map((rows) => head + rows.join(",\n"));
}
