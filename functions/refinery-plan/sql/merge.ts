import {
  ENVELOPE_COLUMNS,
  type LakeColumn,
  type LakeTopic,
  REJECTED_COLUMNS,
  SEMANTIC_ENVELOPE,
} from "../../common/lake-topic.ts";
import { firstOfId, judgedRows, REASON, typedRows } from "./judge.ts";
import type { TopicTables } from "./tables.ts";
import { name } from "./text.ts";
import { type IngestionWindow, inWindow } from "./window.ts";

/*
 * Statements that bring a layer up to date, in the SQL that Trino and DuckDB share. Each inserts what its target has
 * not, by message_id: running one twice changes nothing. They are MERGE and not INSERT, since Iceberg then refuses the
 * commit where another one has added rows meanwhile [?].
 * https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html
 *
 * A statement of Athena's writes to at most 100 partitions (https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html).
 * When columns change, all of a topic's time is judged again and filled: the tables must be partitioned by month.
 */

export interface MergeOptions {
  /** What is merged. */
  window: IngestionWindow;
  /** Epoch seconds: what was ingested earlier is not asked about; by default all of the target is. */
  knownSince?: number | undefined;
}

/**
 * RAW → CURATED: of the rows with one message_id the first that was ingested. A row without an id cannot be told from a
 * copy of itself: it stays in RAW, and the count tells of it.
 */
export function curate({ raw, curated }: TopicTables, options: MergeOptions): string {
  const columns = ENVELOPE_COLUMNS.map((column) => column.name);
  const source = `SELECT ${columns.join(", ")}
FROM (
  SELECT ${columns.join(", ")}, ${firstOfId()} AS place
  FROM ${raw}
  WHERE message_id IS NOT NULL AND (${inWindow(options.window)})
) AS candidates
WHERE place = 1`;
  return insertMissing(curated, columns, source, options);
}

/** CURATED → SEMANTIC: the rows whose declared columns can be read, and that are not rejected. */
export function refine(
  { curated, semantic, rejected }: TopicTables,
  { columns }: LakeTopic,
  options: MergeOptions,
): string {
  const kept = [...SEMANTIC_ENVELOPE, ...columns].map((column) => name(column.name));
  const source = `SELECT ${kept.join(", ")}
FROM (
${judgedRows(curated, columns, notIn(rejected, options))}
) AS judged
WHERE ${REASON} = ''`;
  return insertMissing(semantic, kept, source, options);
}

/**
 * CURATED → rejected: the others, with the reason, but none that SEMANTIC has from when the columns were others.
 * Undefined where nothing can be wrong.
 */
export function reject(
  { curated, semantic, rejected }: TopicTables,
  { columns }: LakeTopic,
  options: MergeOptions,
): string | undefined {
  if (columns.length === 0) return undefined;
  const kept = REJECTED_COLUMNS.map((column) => column.name);
  const source = `SELECT ${[...ENVELOPE_COLUMNS.map((column) => column.name), `${REASON} AS reason`].join(", ")}
FROM (
${judgedRows(curated, columns, notIn(semantic, options))}
) AS judged
WHERE ${REASON} <> ''`;
  return insertMissing(rejected, kept, source, options);
}

/**
 * Fills columns of SEMANTIC that are NULL with what the payload has, over all rows: after columns were added or are read
 * otherwise. It changes no value that is there. Undefined where no column is declared.
 */
export function backfill({ curated, semantic }: TopicTables, { columns }: LakeTopic): string | undefined {
  if (columns.length === 0) return undefined;
  const each = (write: (column: string) => string, separator: string) => {
    return columns.map((column: LakeColumn) => write(name(column.name))).join(separator);
  };
  return `MERGE INTO ${semantic} AS target
USING (
${typedRows(curated, columns, "TRUE")}
) AS source
ON target.message_id = source.message_id
WHEN MATCHED AND (${each((column) => `target.${column} IS NULL AND source.${column} IS NOT NULL`, " OR ")}) THEN
UPDATE SET ${each((column) => `${column} = COALESCE(target.${column}, source.${column})`, ", ")}`;
}

function notIn(others: string, { window, knownSince }: MergeOptions): string {
  return `(${inWindow(window)}) AND NOT EXISTS (
    SELECT 1 FROM ${others} AS other WHERE other.message_id = curated.message_id${since("other", knownSince)}
  )`;
}

function insertMissing(
  target: string,
  columns: readonly string[],
  source: string,
  { knownSince }: MergeOptions,
): string {
  return `MERGE INTO ${target} AS target
USING (
${source}
) AS source
ON target.message_id = source.message_id${since("target", knownSince)}
WHEN NOT MATCHED THEN INSERT (${columns.join(", ")})
VALUES (${columns.map((column) => `source.${column}`).join(", ")})`;
}

function since(alias: string, knownSince: number | undefined): string {
  const column = `${alias}.ingestion_ts`;
  return knownSince === undefined ? "" : ` AND (${column} >= ${knownSince} OR ${column} IS NULL)`;
}
