import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { COUNT_KEYS, COUNTED, type Counted } from "../../../functions/refinery-plan/sql/count.ts";
import { LOST } from "../../../functions/refinery-plan/sql/lost.ts";
import type { Counts } from "../../../functions/water-balance/counts.ts";

/** 2026-01-10T12:00:00Z, when runs begin. */
export const NOON = Date.UTC(2026, 0, 10, 12);

export function counts(given: Partial<Record<Counted, number>> = {}): Counts {
  return { ...(Object.fromEntries(COUNTED.map((counted) => [counted, 0])) as Record<Counted, number>), ...given };
}

/** Messages that are in all layers. */
export function whole(rows: number, given: Partial<Record<Counted, number>> = {}): Counts {
  return counts({ raw_rows: rows, raw_ids: rows, curated_rows: rows, semantic_rows: rows, ...given });
}

/** What GetQueryResults answers for the count: the header, and a row for each day and reason. */
export function countRows(days: Record<string, Counts>, reasons: Record<string, number> = {}): string[][] {
  return [
    [...COUNT_KEYS, ...COUNTED],
    ...Object.entries(days).map(([day, of]) => ["day", day, ...COUNTED.map((counted) => String(of[counted]))]),
    ...Object.entries(reasons).map(([reason, rows]) => {
      return ["reason", reason, String(rows), ...COUNTED.slice(1).map(() => "0")];
    }),
  ];
}

export function lostRows(days: Record<string, readonly [curated: number, refined: number]>): string[][] {
  return [
    [...LOST],
    ...Object.entries(days).map(([day, [curated, refined]]) => [day, String(curated), String(refined)]),
  ];
}

export function planItem(topic: string, given: Partial<PlanItem> = {}): PlanItem {
  return {
    topic,
    refused: null,
    metadataLocation: `s3://lake/${topic}/1`,
    from: 0,
    columns: "digest",
    lost: null,
    ddl: [],
    curate: "MERGE",
    refine: "MERGE",
    reject: null,
    backfill: null,
    count: "SELECT",
    ...given,
  };
}
