import { createHash } from "node:crypto";
import type { Progress } from "../refinery-plan/progress.ts";
import { dayOf } from "../refinery-plan/sql/window.ts";
import type { Judged } from "./judge.ts";
import type { Next } from "./next.ts";
import { tuple } from "./statements.ts";

/**
 * What a state's output may hold, less a margin for the rest of the answer
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
const ANSWER_BYTES = 200_000;

/** What becomes of one topic: what was found, and what the next run shall know. */
export interface Settled {
  judged: Judged;
  known: Progress | undefined;
  /** Undefined where it was not checked. */
  next: Next | undefined;
}

interface Candidate {
  tuple: string;
  rank: number;
  day: string;
  /** Notes that the table is told of it. */
  isWritten(): void;
}

/**
 * The rows that the water balance's table gets: of each topic and day what it was not told today, since most days are
 * as they were. What does not fit comes with the next run, the unequal ones first.
 *
 * @param startedAt epoch milliseconds.
 * @returns tuples; what they tell is noted in `next`.
 */
export function rowsToWrite(settled: readonly Settled[], startedAt: number): string[] {
  const candidates = settled.flatMap((one) => candidatesOf(one, startedAt));
  candidates.sort((a, b) => a.rank - b.rank || (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
  const rows: string[] = [];
  let bytes = 0;
  for (const candidate of candidates) {
    bytes += Buffer.byteLength(JSON.stringify(candidate.tuple));
    if (bytes > ANSWER_BYTES) break;
    candidate.isWritten();
    rows.push(candidate.tuple);
  }
  return rows;
}

function candidatesOf({ judged: { item, days, failure }, known, next }: Settled, startedAt: number): Candidate[] {
  const { topic } = item;
  if (next === undefined || days === undefined) {
    const note = failure === undefined ? "" : `${failure.step}: ${failure.error}`;
    return [{ tuple: tuple({ topic, balance: undefined, note }, startedAt), rank: 0, day: "", isWritten: () => {} }];
  }
  // A repetition of this run may have noted what nobody was told.
  const isRepetition = known?.run_at === startedAt;
  const memories = next.complete.days as Record<string, { written?: string }>;
  return days.flatMap((balance) => {
    const row = tuple({ topic, balance, note: balance.note }, startedAt);
    const written = digestOf(tuple({ topic, balance, note: balance.note }, 0), startedAt);
    const before = isRepetition ? undefined : known?.complete?.days[balance.day]?.written;
    const memory = memories[balance.day];
    if (memory === undefined) return [];
    if (before === written) {
      memory.written = written;
      return [];
    }
    const isWritten = () => {
      memory.written = written;
    };
    return [{ tuple: row, rank: balance.isBalanced ? 2 : 1, day: balance.day, isWritten }];
  });
}

/** With the day, so that each is told again once a day, whatever became of the row. */
function digestOf(row: string, startedAt: number): string {
  const day = dayOf(Math.floor(startedAt / 1000));
  return createHash("sha256").update(day).update(row).digest("hex").slice(0, 12);
}
