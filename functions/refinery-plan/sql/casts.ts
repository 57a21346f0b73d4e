import type { LakeColumn } from "../../common/lake-topic.ts";
import { text } from "./text.ts";

/**
 * Reads a declared column from a row's payload. Every cast is guarded by a pattern, so that nothing is rounded or
 * guessed, and Athena and the local cloud agree: Trino and DuckDB differ in what a cast from text lets pass. A pattern
 * ends with \z, since a $ would let a line feed follow.
 */

/** Raise it with every change of what these rules accept: rows that were rejected are then judged again. */
export const CASTS_VERSION = 1;

/**
 * The value at the column's path as text; NULL where it is absent, null, an object or an array. TRY may save a statement
 * from a payload that Trino's JSON functions cannot read [?].
 */
export function valueText({ path, type }: LakeColumn): string {
  const value = `TRY(json_extract_scalar(json_payload, ${jsonPath(path)}))`;
  return type === "timestamp" ? `replace(replace(${value}, 'T', ' '), 'Z', '+00:00')` : value;
}

/** Whether the payload has a value at the column's path that is not null. */
export function isPresent({ path }: LakeColumn): string {
  return `COALESCE(TRY(json_format(json_extract(json_payload, ${jsonPath(path)}))), 'null') <> 'null'`;
}

/** The typed value; NULL where the type cannot hold it exactly. @param value what has the column's {@link valueText}. */
export function typed({ name, type }: LakeColumn, value: string): string {
  const where = (pattern: string, result: string) => {
    return `CASE WHEN regexp_like(${value}, ${text(`\\A${pattern}\\z`)}) THEN ${result} END`;
  };
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null) {
    const [, precision, scale] = decimal;
    const fraction = scale === "0" ? "0+" : `[0-9]{1,${scale}}0*`;
    return where(`-?[0-9]+(\\.${fraction})?`, `TRY_CAST(${value} AS DECIMAL(${precision},${scale}))`);
  }
  switch (type) {
    case "string":
      return value;
    case "boolean":
      return `CASE ${value} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END`;
    case "int":
      return where("-?[0-9]+", `TRY_CAST(${value} AS INTEGER)`);
    case "bigint":
      return where("-?[0-9]+", `TRY_CAST(${value} AS BIGINT)`);
    case "double":
      return where(
        "-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?",
        // What is too large becomes Infinity in Trino, and fails in DuckDB.
        `CASE WHEN TRY_CAST(${value} AS DOUBLE) BETWEEN -${GREATEST_DOUBLE} AND ${GREATEST_DOUBLE} THEN TRY_CAST(${value} AS DOUBLE) END`,
      );
    case "date":
      return where(DATE, `TRY_CAST(${value} AS DATE)`);
    case "timestamp":
      return where(
        `${DATE} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?[+-](0[0-9]|1[0-4]):[0-5][0-9]`,
        // By hand, since from_iso8601_timestamp knows milliseconds only. Iceberg's microseconds are kept, finer digits cut.
        `TRY_CAST(substr(substr(${value}, 1, length(${value}) - 6), 1, 26) AS TIMESTAMP(6)) ` +
          `- INTERVAL '1' HOUR * CAST(substr(${value}, -6, 3) AS BIGINT) ` +
          `- INTERVAL '1' MINUTE * CAST(concat(substr(${value}, -6, 1), substr(${value}, -2)) AS BIGINT)`,
      );
    default:
      throw new Error(`column ${name}: no SQL for the type ${type}`);
  }
}

/** Four digits and no leading zero: what came before the year 1000 is a mistake, and engines differ in calendars. */
const DATE = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}";
const GREATEST_DOUBLE = "1.7976931348623157E308";

/** A JSON path of Trino's: keys that are no plain words in brackets and quotes. */
function jsonPath(path: readonly string[]): string {
  const steps = path.map((key) => {
    if (/["\\]/.test(key)) throw new Error(`path ${path.join(".")}: no key may hold a quote or a backslash`);
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
  });
  return text(`$${steps.join("")}`);
}
