import type { TopicTables } from "./tables.ts";
import { text } from "./text.ts";
import { dayOf, dayText, type IngestionWindow, ingestedBefore, inWindow } from "./window.ts";

/** The columns of the answer. */
export const LOST = ["day", "lost_curated", "lost_refined"] as const;

export interface LostOptions {
  /** The days that are looked at. */
  window: IngestionWindow;
  /** Epoch seconds: what was ingested since the last complete run began may not have been refined. */
  before: number;
  /** Epoch seconds, the start of this run. */
  now: number;
}

/**
 * Looks, before a run changes anything, for rows that somebody has removed since the last one: a row of CURATED leaves
 * one of SEMANTIC or rejected without its origin behind, and the other way round. The run puts such rows back, so that
 * the count after it would see nothing. No value of the answer is NULL, and it always has at least one row.
 */
export function lost(tables: TopicTables, { window, before, now }: LostOptions): string {
  const rows = (layer: string, of: string) => {
    return `SELECT message_id, ingestion_ts, ${layer} FROM ${of} WHERE (${inWindow(window)}) AND ${ingestedBefore(before)}`;
  };
  return `WITH sightings AS (
  ${rows("1 AS curated, 0 AS refined", tables.curated)}
  UNION ALL
  ${rows("0, 1", tables.semantic)}
  UNION ALL
  ${rows("0, 1", tables.rejected)}
),
ids AS (
  SELECT message_id, MIN(ingestion_ts) AS ingestion_ts, SUM(curated) AS curated, SUM(refined) AS refined
  FROM sightings
  GROUP BY message_id
),
days AS (
  SELECT ${dayText("ingestion_ts")} AS day, curated, refined FROM ids
  UNION ALL
  SELECT ${text(dayOf(now))}, 1, 1
)
SELECT ${LOST[0]}, COUNT_IF(curated = 0) AS ${LOST[1]}, COUNT_IF(refined = 0) AS ${LOST[2]}
FROM days
GROUP BY day`;
}
