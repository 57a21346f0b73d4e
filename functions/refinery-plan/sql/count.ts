import { PLACE_OF_KEY } from "./current-view.ts";
import type { TopicTables } from "./tables.ts";
import { lines, text } from "./text.ts";
import { dayOf, dayText, type IngestionWindow, ingestedBefore, inWindow } from "./window.ts";

export interface CountOptions {
  /** The days that are counted. */
  window: IngestionWindow;
  /** Epoch seconds: what was ingested from then on is left to the next run. */
  before: number;
  /** Epoch seconds: a row that was ingested from then on may have come into RAW while the run was under way. */
  youngFrom: number;
  /** Epoch seconds: the duplicates of what was ingested earlier are messages of their own; by default there are none. */
  knownSince?: number | undefined;
  deduplicationSeconds?: number | undefined;
}

/** The first two columns of the answer: what a row of it is, and of which day or reason. */
export const COUNT_KEYS = ["kind", "name"] as const;

/** The counts of a day, in the order of the answer's columns. */
export const COUNTED = [
  "raw_rows",
  /** Messages: the rows of RAW less the duplicates. */
  "raw_ids",
  "curated_rows",
  "semantic_rows",
  "rejected_rows",
  /** Rows of SEMANTIC that a later one with the same idempotency key replaces in the `_current` view. */
  "superseded_rows",
  /** Messages in RAW that CURATED has not. */
  "not_curated",
  /** Those of them that are young, so that the next run has them in its window. */
  "young",
  /** Messages in CURATED that are neither in SEMANTIC nor rejected. */
  "not_refined",
  /** Messages in a layer without the row that theirs was made of. */
  "unfounded",
  /** Messages with more than one row in CURATED, or in SEMANTIC and rejected together. */
  "repeated",
] as const;

export type Counted = (typeof COUNTED)[number];

/** How many are answered, and how much of each. */
const REASONS = 50;
const REASON_LENGTH = 200;

/**
 * Counts one topic's rows in all layers, by message_id, so that a missing row and a surplus one never cancel out. An id
 * belongs to the UTC day on which it was first ingested. No value of the answer is NULL, and it always has at least one
 * row: an answer without any is none. The first column says what a row is:
 *
 * - `day`: a day, or NO_DAY, and the counts of {@link COUNTED}.
 * - `reason`: a day, a space and a reason for rejection; under `raw_rows` how many rows of that day were rejected for it
 *   (the most frequent ones).
 */
export function count(tables: TopicTables, options: CountOptions): string {
  const { window, before, youngFrom, knownSince, deduplicationSeconds } = options;
  const upTo = ingestedBefore(before);
  const known = knownSince === undefined ? upTo : `(ingestion_ts >= ${knownSince} OR ingestion_ts IS NULL) AND ${upTo}`;
  // With bounded deduplication a message rightly has a row for each such span: more rows than spans are too many.
  const tooMany = (rows: string) => {
    return deduplicationSeconds === undefined
      ? `${rows} > 1`
      : `(${rows} - 1) * ${deduplicationSeconds} > COALESCE(curated_span, 0)`;
  };
  const expressions: Record<Counted, string> = {
    raw_rows: "SUM(in_raw)",
    raw_ids: "COUNT_IF(in_raw > 0)",
    curated_rows: "SUM(in_curated)",
    semantic_rows: "SUM(in_semantic)",
    rejected_rows: "SUM(in_rejected)",
    superseded_rows: "SUM(superseded)",
    not_curated: "COUNT_IF(in_raw > 0 AND in_curated = 0)",
    young: `COUNT_IF(in_raw > 0 AND in_curated = 0 AND ingestion_ts >= ${youngFrom})`,
    not_refined: "COUNT_IF(in_curated > 0 AND in_semantic + in_rejected = 0)",
    unfounded: "COUNT_IF((in_curated > 0 AND in_raw = 0) OR (in_semantic + in_rejected > 0 AND in_curated = 0))",
    repeated: "COUNT_IF(repeated > 0)",
  };
  return `WITH sightings AS (
  SELECT message_id, ingestion_ts, 'raw' AS layer, 0 AS superseded FROM ${tables.raw}
  WHERE (${inWindow(window)}) AND ${upTo}
  UNION ALL
  SELECT message_id, ingestion_ts, 'curated', 0 FROM ${tables.curated}
  WHERE ${known}
  UNION ALL
  SELECT message_id, ingestion_ts, 'rejected', 0 FROM ${tables.rejected}
  WHERE ${known}
  UNION ALL
  SELECT message_id, ingestion_ts, 'semantic', CASE WHEN idempotency_key IS NOT NULL AND place > 1 THEN 1 ELSE 0 END
  FROM (
    SELECT message_id, ingestion_ts, idempotency_key, ${PLACE_OF_KEY} AS place
    FROM ${tables.semantic}
    WHERE ${known}
  ) AS places
),
ids AS (
  SELECT message_id, MIN(ingestion_ts) AS ingestion_ts,
${lines(
  LAYERS.map((layer) => `COUNT_IF(layer = '${layer}') AS in_${layer}`).concat([
    "SUM(superseded) AS superseded",
    "MAX(CASE WHEN layer = 'curated' THEN ingestion_ts END) - MIN(CASE WHEN layer = 'curated' THEN ingestion_ts END) AS curated_span",
  ]),
  "    ",
)}
  FROM sightings
  GROUP BY message_id
),
days AS (
  SELECT ${dayText("ingestion_ts")} AS day, ingestion_ts, in_raw, in_curated, in_semantic,
    in_rejected, superseded,
    CASE WHEN ${tooMany("in_curated")} OR ${tooMany("(in_semantic + in_rejected)")} THEN 1 ELSE 0 END AS repeated
  FROM ids
  WHERE ${inWindow(window)}
  UNION ALL
  SELECT ${text(dayOf(before - 1))}, 0, 0, 0, 0, 0, 0, 0
)
SELECT 'day' AS ${COUNT_KEYS[0]}, day AS ${COUNT_KEYS[1]},
${lines(COUNTED.map((counted) => `${expressions[counted]} AS ${counted}`))}
FROM days
GROUP BY day
UNION ALL
SELECT 'reason', concat(day, ' ', reason), rejected_rows, ${COUNTED.slice(1)
    .map(() => "0")
    .join(", ")}
FROM (
  SELECT day, reason, COUNT(*) AS rejected_rows
  FROM (
    SELECT ${dayText("ingestion_ts")} AS day, COALESCE(substr(reason, 1, ${REASON_LENGTH}), '') AS reason
    FROM ${tables.rejected}
    WHERE (${inWindow(window)}) AND ${upTo}
  ) AS reasons
  GROUP BY day, reason
  ORDER BY rejected_rows DESC, day DESC, reason
  LIMIT ${REASONS}
) AS reasons`;
}

const LAYERS = ["raw", "curated", "semantic", "rejected"] as const;
