import {
  type DuckDBDecimalType,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { IcebergType } from "../tables/iceberg-types.ts";

/** A type of DuckDB's as Athena knows it. */
export interface ColumnType {
  /** Trino's name, for example `decimal(18,2)`. */
  trino: string;
  /** Athena's name in a result, for example `decimal`. */
  athena: string;
  precision: number;
  scale: number;
  /** The name in the Glue catalog. */
  hive: string;
}

const UNPRINTED: ColumnType = { trino: "unknown", athena: "unknown", precision: 0, scale: 0, hive: "string" };

const SIMPLE: Readonly<Partial<Record<DuckDBTypeId, ColumnType>>> = {
  [DuckDBTypeId.BOOLEAN]: simple("boolean"),
  [DuckDBTypeId.TINYINT]: simple("tinyint", 3),
  [DuckDBTypeId.SMALLINT]: simple("smallint", 5),
  [DuckDBTypeId.INTEGER]: { ...simple("integer", 10), hive: "int" },
  [DuckDBTypeId.BIGINT]: simple("bigint", 19),
  // A sum of integers, which is a bigint to Trino.
  [DuckDBTypeId.HUGEINT]: simple("bigint", 19),
  [DuckDBTypeId.FLOAT]: { ...simple("float", 17), trino: "real" },
  [DuckDBTypeId.DOUBLE]: simple("double", 17),
  [DuckDBTypeId.VARCHAR]: { ...simple("varchar", 2_147_483_647), hive: "string" },
  [DuckDBTypeId.DATE]: simple("date"),
  [DuckDBTypeId.TIME]: simple("time", 3),
  [DuckDBTypeId.TIMESTAMP]: { ...simple("timestamp", 3), trino: "timestamp(6)" },
  [DuckDBTypeId.TIMESTAMP_TZ]: {
    ...simple("timestamp with time zone", 3),
    trino: "timestamp(3) with time zone",
    hive: "timestamp",
  },
  [DuckDBTypeId.BLOB]: { ...simple("varbinary", 1_073_741_824), hive: "binary" },
  [DuckDBTypeId.UUID]: { ...simple("uuid"), hive: "string" },
};

function simple(name: string, precision = 0): ColumnType {
  return { trino: name, athena: name, precision, scale: 0, hive: name };
}

/** `unknown` for a type that no statement of the project's has. */
export function columnType(type: DuckDBType): ColumnType {
  if (type.typeId !== DuckDBTypeId.DECIMAL) return SIMPLE[type.typeId] ?? UNPRINTED;
  const { width, scale } = type as DuckDBDecimalType;
  const name = `decimal(${width},${scale})`;
  return { trino: name, athena: "decimal", precision: width, scale, hive: name };
}

/** Trino's names of Iceberg's types: https://trino.io/docs/current/connector/iceberg.html#type-mapping */
const TRINO: Readonly<Record<Exclude<IcebergType["name"], "decimal">, string>> = {
  boolean: "boolean",
  int: "integer",
  long: "bigint",
  float: "real",
  double: "double",
  date: "date",
  time: "time(6)",
  timestamp: "timestamp(6)",
  timestamptz: "timestamp(6) with time zone",
  string: "varchar",
  uuid: "uuid",
  binary: "varbinary",
};

/** A column's type as Trino knows it. */
export function trinoType(type: IcebergType): string {
  return type.name === "decimal" ? `decimal(${type.precision},${type.scale})` : TRINO[type.name];
}

/** A value as Athena prints it; null for null. */
export function printValue(value: DuckDBValue, type: DuckDBType): string | null {
  if (value === null) return null;
  if (typeof value === "number") return printNumber(value, type);
  if (value instanceof DuckDBTimestampValue) return withDecimals(value, 6);
  if (value instanceof DuckDBTimestampTZValue) {
    return `${withDecimals(new DuckDBTimestampValue(value.micros), 3)} UTC`;
  }
  if (type.typeId === DuckDBTypeId.BLOB) {
    return Buffer.from((value as { bytes: Uint8Array }).bytes)
      .toString("hex")
      .replace(/(..)(?=.)/g, "$1 ");
  }
  return String(value);
}

function withDecimals(value: DuckDBTimestampValue, decimals: number): string {
  const [whole = "", fraction = ""] = value.toString().split(".");
  return `${whole}.${fraction.padEnd(6, "0").slice(0, decimals)}`;
}

function printNumber(value: number, type: DuckDBType): string {
  if (type.typeId === DuckDBTypeId.DOUBLE) return javaNumber(value, String(Math.abs(value)));
  if (type.typeId === DuckDBTypeId.FLOAT) return javaNumber(value, shortestFloat(Math.abs(value)));
  return String(value);
}

/** The fewest digits that make the same float of 32 bits. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * Java's notation: plain from 10^-3 up to 10^7, with an exponent elsewhere, always with a decimal point
 * (https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html#toString(double)).
 *
 * @param text The absolute value's shortest digits in JavaScript's notation.
 */
function javaNumber(value: number, text: string): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "", exponent = "0"] = text.split("e");
  const [integer = "", fraction = ""] = mantissa.split(".");
  const digits = `${integer}${fraction}`.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return `${sign}0.0`;
  const leadingZeros = `${integer}${fraction}`.length - `${integer}${fraction}`.replace(/^0+/, "").length;
  /** The number is 0.DIGITS × 10^point. */
  const point = integer.length + Number(exponent) - leadingZeros;
  if (point < -2 || point > 7) return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${point - 1}`;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, "0")}.${digits.slice(point) || "0"}`;
}

/** DuckDB names a column that has no name after its expression, Trino after its position. */
export function columnName(name: string, index: number): string {
  return /^[A-Za-z_]\w*$/.test(name) && name !== "NULL" ? name : `_col${index}`;
}
