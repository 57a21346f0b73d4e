import type { Counts, Lost, TopicCounts } from "./counts.ts";

/** How the layers of one topic compare on one day. */
export interface DayBalance {
  /** UTC, of the first ingestion; NO_DAY for rows without a time. */
  day: string;
  counts: Counts;
  /** Whether every message that is in one layer is in all of them, once, and was before the run. */
  isBalanced: boolean;
  /** Messages that are missing or too many, and that no lateness explains. */
  missing: number;
  /** Rows that somebody had removed before the run, and that it has put back. */
  restored: number;
  /** Names every difference between the numbers. */
  note: string;
}

/**
 * Compares a topic's layers, day by day: RAW's messages = CURATED = SEMANTIC + rejected, exactly, since the counts are by
 * message. NO_DAY comes first, then the newest day.
 */
export function compare({ days, reasons, lost }: TopicCounts): DayBalance[] {
  const all = [...new Set([...days.keys(), ...lost.keys()])].toSorted().toReversed();
  return all.map((day) => {
    const counts = days.get(day) ?? NOTHING;
    return compareDay(day, counts, lost.get(day), reasons.get(day) ?? []);
  });
}

/** Rows of RAW that are copies of a message which is there already. */
export function duplicates({ raw_rows, raw_ids }: Counts): number {
  return raw_rows - raw_ids;
}

function compareDay(
  day: string,
  counts: Counts,
  { curated, refined }: Lost = { curated: 0, refined: 0 },
  reasons: readonly (readonly [string, number])[],
): DayBalance {
  const { not_curated, young, not_refined, unfounded, repeated } = counts;
  // What is missing still has not been put back, and a row of CURATED that came from nowhere was never refined.
  const curatedAgain = Math.max(0, curated - unfounded);
  const refinedAgain = Math.max(0, refined - not_refined - unfounded);
  const missing = not_curated - young + not_refined + unfounded + repeated;
  const restored = curatedAgain + refinedAgain;
  const differences: [number, string][] = [
    [duplicates(counts), "duplicate"],
    [counts.rejected_rows, `rejected${inShort(reasons)}`],
    [counts.superseded_rows, "superseded"],
    [young, "came while the run was under way"],
    [not_curated - young, "missing from CURATED"],
    [not_refined, "neither in SEMANTIC nor rejected"],
    [unfounded, "without the row of the layer before"],
    [repeated, "more than once in a layer"],
    [curatedAgain, "had been removed from CURATED and were put back"],
    [refinedAgain, "had been removed from SEMANTIC or rejected and were put back"],
  ];
  return {
    day,
    counts,
    isBalanced: not_curated + missing + restored === 0,
    missing,
    restored,
    note: differences
      .filter(([rows]) => rows > 0)
      .map(([rows, what]) => `${rows} ${what}`)
      .join("; "),
  };
}

const MAX_REASONS = 3;

function inShort(reasons: readonly (readonly [string, number])[]): string {
  if (reasons.length === 0) return "";
  const named = reasons.slice(0, MAX_REASONS).map(([reason, rows]) => `${rows} ${reason}`);
  return ` (${named.join(", ")}${reasons.length > MAX_REASONS ? ", …" : ""})`;
}

const NOTHING: Counts = {
  raw_rows: 0,
  raw_ids: 0,
  curated_rows: 0,
  semantic_rows: 0,
  rejected_rows: 0,
  superseded_rows: 0,
  not_curated: 0,
  young: 0,
  not_refined: 0,
  unfounded: 0,
  repeated: 0,
};
