import { table, text } from "../../functions/refinery-plan/sql/text.ts";
import { BALANCE_TABLE } from "../../functions/water-balance/statements.ts";
import type { Names } from "../../settings/names.ts";
import type { Query, Row } from "./athena.ts";

/** What the water balance said last of a topic. */
export interface TopicBalance {
  /** `balanced`, `unequal` or `not_checked`; of several days the worst. */
  status: string;
  /** Messages that are missing or too many, and that no lateness explains; over all days. */
  unexplained: number;
  /** What is to be said of the days that are not balanced. */
  notes: string[];
}

const SEVERITY = ["balanced", "unequal", "not_checked"];

/**
 * What the refinery's runs since `from` have written to the water balance's table: of each topic and day the last row.
 * What is as the table was told before is not told again.
 *
 * @param from Epoch milliseconds.
 * @returns by topic.
 */
export async function readBalance(
  query: Query,
  { names, topics }: { names: Names; topics: readonly string[] },
  from: number,
): Promise<ReadonlyMap<string, TopicBalance>> {
  const since = new Date(from).toISOString().slice(0, -1).replace("T", " ");
  const rows = await query(
    `SELECT to_iso8601(checked_at) AS checked_at, topic, cast(day AS varchar) AS day, status, unexplained, note ` +
      `FROM ${table(names.database("semantic"), BALANCE_TABLE)} WHERE checked_at >= TIMESTAMP ${text(since)}`,
  );
  const last = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.topic}/${row.day ?? ""}`;
    if ((last.get(key)?.checked_at ?? "") <= (row.checked_at ?? "")) last.set(key, row);
  }
  const wanted = new Set(topics);
  const balances = new Map<string, TopicBalance>();
  for (const { topic = "", day, status = "", unexplained = "0", note = "", checked_at = "" } of last.values()) {
    if (!wanted.has(topic)) continue;
    // A later run has checked the topic all the same.
    if (status === "not_checked" && wasCheckedAfter(last.values(), topic, checked_at)) continue;
    const balance = balances.get(topic) ?? { status, unexplained: 0, notes: [] };
    if (SEVERITY.indexOf(status) > SEVERITY.indexOf(balance.status)) balance.status = status;
    balance.unexplained += Number(unexplained);
    if (status !== "balanced") balance.notes.push([day, note].filter(Boolean).join(": "));
    balances.set(topic, balance);
  }
  return balances;
}

function wasCheckedAfter(rows: Iterable<Row>, topic: string, at: string): boolean {
  return [...rows].some((row) => row.topic === topic && row.status !== "not_checked" && (row.checked_at ?? "") > at);
}
