import { COUNT_KEYS, COUNTED, type Counted } from "../refinery-plan/sql/count.ts";
import { LOST } from "../refinery-plan/sql/lost.ts";
import { NO_DAY } from "../refinery-plan/sql/window.ts";

export type Counts = Readonly<Record<Counted, number>>;

/** Rows that somebody had removed before the run, and that the run has put back, or that are counted as missing. */
export interface Lost {
  curated: number;
  refined: number;
}

export interface TopicCounts {
  /** By day, or NO_DAY. */
  days: ReadonlyMap<string, Counts>;
  /** By day, how many rows were rejected for each reason: the most frequent ones. */
  reasons: ReadonlyMap<string, readonly (readonly [reason: string, rows: number])[]>;
  /** By day. */
  lost: ReadonlyMap<string, Lost>;
}

/** GetQueryResults answers so many rows at once, the header included: where there are as many, there may be more. */
const MAX_ROWS = 1000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (day: string) => day === NO_DAY || DAY.test(day);

/**
 * Reads what a topic's queries answered, nothing of which is taken for zero.
 *
 * @param rows of the count. @param lostRows of the query for lost rows; undefined where there was none.
 * @throws Error that says what is not as it must be.
 */
export function readCounts(rows: unknown, lostRows: unknown): TopicCounts {
  const days = new Map<string, Counts>();
  const reasons = new Map<string, [string, number][]>();
  for (const row of readTable("count", rows, [...COUNT_KEYS, ...COUNTED])) {
    const [kind, name = ""] = row;
    const numbers = row.slice(COUNT_KEYS.length).map((value) => whole("count", value));
    if (kind === "day") {
      if (!isDay(name) || days.has(name)) throw new Error(`count: not a day of its own: ${name}`);
      days.set(name, Object.fromEntries(COUNTED.map((counted, index) => [counted, numbers[index] ?? 0])) as Counts);
    } else if (kind === "reason") {
      const [day, reason] = [name.slice(0, name.indexOf(" ")), name.slice(name.indexOf(" ") + 1)];
      const ofDay = reasons.get(day) ?? [];
      ofDay.push([reason, numbers[0] ?? 0]);
      reasons.set(day, ofDay);
    } else throw new Error(`count: a row of no known kind: ${kind}`);
  }
  if (days.size === 0) throw new Error("count: no day was counted");

  const lost = new Map<string, Lost>();
  if (lostRows !== undefined) {
    for (const [day = "", curated, refined] of readTable("lost", lostRows, LOST)) {
      if (!isDay(day)) throw new Error(`lost: not a day: ${day}`);
      lost.set(day, { curated: whole("lost", curated), refined: whole("lost", refined) });
    }
    if (lost.size === 0) throw new Error("lost: no day was looked at");
  }
  return { days, reasons, lost };
}

/** @returns the rows without the header, their values in the order of `columns`. */
function readTable(query: string, rows: unknown, columns: readonly string[]): string[][] {
  if (!Array.isArray(rows) || !rows.every(isTexts)) throw new Error(`${query}: the answer is no list of rows of texts`);
  if (rows.length >= MAX_ROWS) throw new Error(`${query}: the answer has ${rows.length} rows, and may have more`);
  const [header = [], ...values] = rows;
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new Error(`${query}: the answer lacks the columns ${missing.join(", ")}`);
  const places = columns.map((column) => header.indexOf(column));
  return values.map((row) => {
    if (row.length !== header.length) throw new Error(`${query}: a row has ${row.length} of ${header.length} values`);
    return places.map((place) => row[place] ?? "");
  });
}

function isTexts(row: unknown): row is string[] {
  return Array.isArray(row) && row.every((value) => typeof value === "string");
}

function whole(query: string, value: string | undefined): number {
  const number = /^\d+$/.test(value ?? "") ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new Error(`${query}: not a count: ${value}`);
  return number;
}
