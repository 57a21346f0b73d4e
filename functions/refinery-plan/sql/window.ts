import { text } from "./text.ts";

/**
 * Which rows a run looks at, by when they were ingested. Iceberg keeps the least and the greatest value of a column for
 * each file, so that Athena opens only files of these times, in whichever partition late rows have put them.
 */
export interface IngestionWindow {
  /** Epoch seconds; 0 for everything. */
  from: number;
  /** Days (UTC, `2026-01-31`) before `from` whose counts did not agree, so that they are done again. */
  repair: readonly string[];
}

export const EVERYTHING: IngestionWindow = { from: 0, repair: [] };

/** Stands for the day of rows that do not say when they were ingested. */
export const NO_DAY = "none";

export const DAY_SECONDS = 24 * 60 * 60;

/** A condition on `ingestion_ts`. A row without a time is in every window, so that none is passed over for ever. */
export function inWindow({ from, repair }: IngestionWindow, column = "ingestion_ts"): string {
  if (from <= 0) return "TRUE";
  const ranges = rangesBefore(from, repair).map(([start, end]) => `${column} >= ${start} AND ${column} < ${end}`);
  return [`${column} >= ${from}`, `${column} IS NULL`, ...ranges].join(" OR ");
}

/** A condition on `ingestion_ts`. @param before epoch seconds. */
export function ingestedBefore(before: number, column = "ingestion_ts"): string {
  return `(${column} < ${before} OR ${column} IS NULL)`;
}

/** The first second of which a window has rows. */
export function windowStart({ from, repair }: IngestionWindow): number {
  return Math.min(from, ...repair.map(dayStart));
}

/** Epoch seconds. @param day `2026-01-31` */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

/** The UTC day of a time in epoch seconds: `2026-01-31`. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** The UTC day of a column of epoch seconds, as text; {@link NO_DAY} where there is none. */
export function dayText(seconds: string): string {
  const day = `CAST(TIMESTAMP ${text("1970-01-01 00:00:00")} + INTERVAL '1' SECOND * ${seconds} AS DATE)`;
  return `COALESCE(CAST(${day} AS VARCHAR), ${text(NO_DAY)})`;
}

/** Days in a row as one range, so that a month of them makes no long statement. */
function rangesBefore(from: number, days: readonly string[]): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (const start of days.map(dayStart).toSorted((a, b) => a - b)) {
    if (start >= from) continue;
    const last = ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = start + DAY_SECONDS;
    else ranges.push([start, start + DAY_SECONDS]);
  }
  return ranges;
}
