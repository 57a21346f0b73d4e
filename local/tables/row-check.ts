import { type IcebergType, parseIcebergType, scaledDigits } from "./iceberg-types.ts";
import type { Row, RowError, Table } from "./store.ts";

/** A column of the table is no key of the record. Seen in Firehose's error objects; not in AWS's documentation [?]. */
export const MISSING_COLUMN = "Iceberg.MissingColumnWithinRecord";
/** A value that its column cannot hold, null in a required column included. AWS documents no code for it [?]. */
export const TYPE_MISMATCH = "Iceberg.SchemaTypeMismatch";

type ValueRule = { says: string; admits(value: unknown): boolean };

/**
 * Builds the check that Firehose makes of each record before it writes it to `table`: every column is a key of the
 * record, spelled alike, and its value is of the column's type; keys that are no columns are skipped
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-considerations.html). Where AWS does not say which
 * JSON form a type takes, only the surest one is let through, so that what passes here passes there.
 */
export function rowCheck(table: Table): (row: Row) => RowError | undefined {
  const place = `${table.database}.${table.name}`;
  const columns = table.columns.map(({ name, type, required }) => {
    return { name, type, required, rule: valueRule(parseIcebergType(type)) };
  });
  return (row) => {
    for (const { name, type, required, rule } of columns) {
      const value = row[name];
      if (value === undefined) {
        return { code: MISSING_COLUMN, message: `The record lacks the column ${name} of ${place}` };
      }
      if (value === null) {
        if (required) return { code: TYPE_MISMATCH, message: `The column ${name} of ${place} is required, and null` };
      } else if (!rule.admits(value)) {
        return { code: TYPE_MISMATCH, message: `The column ${name} of ${place} is ${type}: it takes ${rule.says}` };
      }
    }
    return undefined;
  };
}

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const DAY_MICROS = 86_400_000_000;

function valueRule(type: IcebergType): ValueRule {
  switch (type.name) {
    case "string":
      return { says: "a string", admits: (value) => typeof value === "string" };
    case "boolean":
      return { says: "true or false", admits: (value) => typeof value === "boolean" };
    case "int":
      return { says: "an integer of 32 bits", admits: (value) => isInteger(value, INT32) };
    case "long":
      return { says: "an integer of 64 bits", admits: (value) => isInteger(value, INT64) };
    case "float":
    case "double":
      return { says: "a number", admits: (value) => Number.isFinite(value) || typeof value === "bigint" };
    case "decimal":
      // A decimal as a string may pass on AWS as well [?].
      return {
        says: `a number of at most ${type.precision} digits, ${type.scale} of them decimals`,
        admits: (value) => fitsDecimal(value, type.precision, type.scale),
      };
    case "timestamp":
    case "timestamptz":
      // Microseconds only: https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination-supp.html;
      // whether an ISO 8601 string passes on AWS is not settled [?].
      return { says: "microseconds since 1970 as an integer", admits: (value) => isInteger(value, INT64) };
    case "date":
      // Iceberg's own form; AWS's page does not say which one Firehose takes [?].
      return { says: "days since 1970 as an integer", admits: (value) => isInteger(value, INT32) };
    case "time":
      return {
        says: "microseconds since midnight as an integer",
        admits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < DAY_MICROS,
      };
    case "uuid":
      return {
        says: "a UUID of 36 characters",
        admits: (value) =>
          typeof value === "string" && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value),
      };
    case "binary":
      // AWS also takes MIME base64 and hexadecimal; which is meant cannot be told from the value, so not here.
      return {
        says: "bytes as base64, in the basic or the URL-safe alphabet",
        admits: (value) => typeof value === "string" && value.length % 4 !== 1 && /^[\w+/-]*={0,2}$/.test(value),
      };
  }
}

function isInteger(value: unknown, { min, max }: { min: bigint; max: bigint }): boolean {
  if (Number.isSafeInteger(value)) return Number(value) >= Number(min) && Number(value) <= Number(max);
  return typeof value === "bigint" && value >= min && value <= max;
}

function fitsDecimal(value: unknown, precision: number, scale: number): boolean {
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  const digits = scaledDigits(value, scale);
  return digits !== undefined && digits > -(10n ** BigInt(precision)) && digits < 10n ** BigInt(precision);
}
