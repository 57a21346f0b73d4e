import type { PlanItem } from "../refinery-plan/plan-item.ts";
import type { Complete, DayMemory, Left, Progress } from "../refinery-plan/progress.ts";
import { NO_DAY } from "../refinery-plan/sql/window.ts";
import { type DayBalance, duplicates } from "./compare.ts";

/** What a run that counted a topic leaves for the next one. */
export interface Next {
  complete: Complete;
  /** Messages that have been missing for longer than the grace period, and rows that were put back. */
  unexplained: number;
  /** Since the last run. */
  rejected: number;
  duplicates: number;
}

export interface NextOptions {
  /** Start of the run: epoch milliseconds. */
  startedAt: number;
  graceMinutes: number;
  left: Left | undefined;
}

export function nextOf(
  item: PlanItem,
  days: readonly DayBalance[],
  known: Progress | undefined,
  { startedAt, graceMinutes, left }: NextOptions,
): Next {
  const now = Math.floor(startedAt / 1000);
  const before = known?.complete;
  const unequal = days.filter(({ missing }) => missing > 0);
  const since = Object.fromEntries(unequal.map(({ day }) => [day, before?.since[day] ?? now]));
  const overdue = unequal.filter(({ day }) => now - (since[day] ?? now) >= graceMinutes * 60);
  const memories = days.map(({ day, counts }): [string, DayMemory] => {
    const { raw_rows, rejected_rows } = counts;
    return [day, { raw_rows, duplicates: duplicates(counts), rejected: rejected_rows }];
  });
  const more = (count: "rejected" | "duplicates") => {
    return sum(memories, ([day, memory]) => Math.max(0, memory[count] - (before?.days[day]?.[count] ?? 0)));
  };
  return {
    complete: {
      at: now,
      columns: item.columns,
      raw: item.metadataLocation,
      ...(left === undefined ? {} : { left }),
      balanced: days.every(({ isBalanced }) => isBalanced),
      // Rows of no day are in every window.
      repair: unequal.map(({ day }) => day).filter((day) => day !== NO_DAY),
      since,
      days: Object.fromEntries(memories),
    },
    unexplained: sum(overdue, ({ missing }) => missing) + sum(days, ({ restored }) => restored),
    rejected: more("rejected"),
    duplicates: more("duplicates"),
  };
}

export function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
