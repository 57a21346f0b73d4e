import { ENVELOPE_COLUMNS, type LakeColumn } from "../../common/lake-topic.ts";
import { isPresent, typed, valueText } from "./casts.ts";
import { lines, name, text } from "./text.ts";

/** Columns between the layers of a query. No declared column can have such a name. */
const PLACE = name("#");
export const REASON = name("why not");

const ENVELOPE = ENVELOPE_COLUMNS.map((column) => column.name);

/**
 * The rows of CURATED with their declared columns, each read once: the text first, then the value, so that the statement
 * grows little with a column.
 *
 * @param condition On the table, whose alias is `curated`.
 */
export function typedRows(curated: string, columns: readonly LakeColumn[], condition: string): string {
  const texts = columns.map((column, index) => `${valueText(column)} AS ${name(String(index))}`);
  const values = columns.map((column, index) => `${typed(column, name(String(index)))} AS ${name(column.name)}`);
  return `SELECT
${lines([...ENVELOPE, ...values])}
FROM (
  SELECT
${lines([...ENVELOPE, ...texts, `${firstOfId()} AS ${PLACE}`], "    ")}
  FROM ${curated} AS curated
  WHERE message_id IS NOT NULL AND ${condition}
) AS texts
WHERE ${PLACE} = 1`;
}

/** The same, and in {@link REASON} why a row is rejected: an empty text where there is nothing wrong. */
export function judgedRows(curated: string, columns: readonly LakeColumn[], condition: string): string {
  return `SELECT
${lines([...ENVELOPE, ...columns.map((column) => name(column.name)), `${reason(columns)} AS ${REASON}`])}
FROM (
${typedRows(curated, columns, condition)}
) AS typed`;
}

/** The first row with a `message_id`; rows that are alike in all of this are alike. */
export function firstOfId(): string {
  const order = [
    "ingestion_ts",
    "publish_time",
    "json_payload",
    "idempotency_key",
    "period_reference",
    "correlation_id",
  ];
  return `ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY ${order.map((column) => `${column} NULLS LAST`).join(", ")})`;
}

function reason(columns: readonly LakeColumn[]): string {
  const faults = columns.map((column) => {
    const missing = column.required ? ` ELSE ${text(`${column.name}: required`)}` : "";
    const fault = `CASE WHEN ${isPresent(column)} THEN ${text(`${column.name}: not of type ${column.type}`)}${missing} END`;
    return `CASE WHEN ${name(column.name)} IS NULL THEN ${fault} END`;
  });
  return faults.length === 0 ? "''" : joined(faults);
}

/** In groups, since a call in Trino has a limited number of arguments [?]. */
function joined(texts: readonly string[]): string {
  const GROUP = 8;
  if (texts.length <= GROUP) return `concat_ws('; ', ${texts.join(", ")})`;
  const size = GROUP ** Math.ceil(Math.log(texts.length) / Math.log(GROUP) - 1);
  const groups = Array.from({ length: Math.ceil(texts.length / size) }, (_, index) => {
    return `NULLIF(${joined(texts.slice(index * size, (index + 1) * size))}, '')`;
  });
  return `concat_ws('; ', ${groups.join(", ")})`;
}
