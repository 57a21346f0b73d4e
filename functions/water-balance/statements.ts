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

/** Its columns, with their types in Athena's DDL. */
export const BALANCE_COLUMNS = [
  { name: "checked_at", type: "timestamp" },
  { name: "topic", type: "string" },
  /** Null where the topic was not checked, and for rows that nobody timed. */
  { name: "day", type: "date" },
  /** `balanced`, `unequal` or `not_checked`. */
  { name: "status", type: "string" },
  { name: "raw_rows", type: "bigint" },
  { name: "raw_ids", type: "bigint" },
  { name: "curated_rows", type: "bigint" },
  { name: "semantic_rows", type: "bigint" },
  { name: "rejected_rows", type: "bigint" },
  { name: "superseded_rows", type: "bigint" },
  { name: "unexplained", type: "bigint" },
  /** Names every difference between the numbers. */
  { name: "note", type: "string" },
] as const;

const STATEMENT_BYTES = 100_000;
const NOTE_LENGTH = 500;

/** The row as it stands in a statement. @param checkedAt epoch milliseconds. */
export function tuple({ topic, balance, note }: BalanceRow, checkedAt: number): string {
  const at = `TIMESTAMP ${text(new Date(checkedAt).toISOString().slice(0, -1).replace("T", " "))}`;
  const shortened = text(note.length > NOTE_LENGTH ? `${note.slice(0, NOTE_LENGTH - 1)}…` : note);
  if (balance === undefined) {
    const noCounts = BALANCE_COLUMNS.slice(4, -1).map(() => "CAST(NULL AS BIGINT)");
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
  const head = `INSERT INTO ${table(semanticDatabase, BALANCE_TABLE)} (${BALANCE_COLUMNS.map(({ name }) => name).join(", ")})\nVALUES\n`;
  const limits = { items: tuples.length, bytes: STATEMENT_BYTES - Buffer.byteLength(head) };
  return chunks(tuples, limits, (row) => Buffer.byteLength(row) + 2).map((rows) => head + rows.join(",\n"));
}
