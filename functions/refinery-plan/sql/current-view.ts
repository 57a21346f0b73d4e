import { lines, name } from "./text.ts";

/**
 * Numbers the rows of one idempotency key, the one that counts first. A row without a key is its own: by its
 * message_id, so that such rows are not one large group.
 */
export const PLACE_OF_KEY = `ROW_NUMBER() OVER (
      PARTITION BY idempotency_key, CASE WHEN idempotency_key IS NULL THEN message_id END
      ORDER BY publish_time DESC NULLS LAST, ingestion_ts DESC NULLS LAST, message_id DESC NULLS LAST
    )`;

/** A name that no column has. */
const PLACE = name("#");

/** The view of SEMANTIC that has the last row by idempotency key, and every row without one. */
export function currentView(view: string, semantic: string, columns: readonly string[]): string {
  const names = columns.map(name);
  return `CREATE OR REPLACE VIEW ${view} AS
SELECT
${lines(names)}
FROM (
  SELECT
${lines([...names, `${PLACE_OF_KEY} AS ${PLACE}`], "    ")}
  FROM ${semantic}
) AS places
WHERE idempotency_key IS NULL OR ${PLACE} = 1`;
}
