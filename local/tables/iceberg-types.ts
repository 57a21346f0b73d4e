const SIMPLE = {
  boolean: "BOOLEAN",
  int: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  date: "DATE",
  time: "TIME",
  timestamp: "TIMESTAMP",
  timestamptz: "TIMESTAMPTZ",
  string: "VARCHAR",
  uuid: "UUID",
  binary: "BLOB",
} as const;

/** A primitive type of Iceberg's, read from its text (https://iceberg.apache.org/spec/#primitive-types). */
export type IcebergType =
  | { name: keyof typeof SIMPLE; duckdb: string }
  | { name: "decimal"; duckdb: string; precision: number; scale: number };

/** Iceberg's own bound on a decimal's precision. */
const MAX_PRECISION = 38;

/**
 * Reads a type as a table's schema gives it: plain (`long`) or quoted as JSON (`"long"`), which is the form that the
 * Glue API takes.
 *
 * @throws Error that names the type and the rule. Structs, lists, maps, `fixed` and the types of format version 3 are
 *   not supported locally.
 */
export function parseIcebergType(text: string): IcebergType {
  const type = unquoted(text.trim());
  if (Object.hasOwn(SIMPLE, type)) {
    const name = type as keyof typeof SIMPLE;
    return { name, duckdb: SIMPLE[name] };
  }
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    if (precision < 1 || precision > MAX_PRECISION || scale > precision) {
      throw new Error(`${type}: a decimal has a precision of 1 to ${MAX_PRECISION} and a scale of at most that`);
    }
    return { name: "decimal", duckdb: `DECIMAL(${precision}, ${scale})`, precision, scale };
  }
  const held = `${Object.keys(SIMPLE).join(", ")} and decimal(p,s)`;
  throw new Error(`${type}: the local tables hold the types ${held}; nested types are not supported`);
}

/** The type as Glue's columns have it: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
export function hiveType(type: IcebergType): string {
  switch (type.name) {
    case "long":
      return "bigint";
    // Iceberg's Glue catalog writes both so.
    case "time":
    case "uuid":
      return "string";
    case "timestamptz":
      return "timestamp";
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type.name;
  }
}

/**
 * Whether Iceberg can change a column's type without touching its files
 * (https://iceberg.apache.org/spec/#schema-evolution,
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html).
 */
export function promotes(from: IcebergType, to: IcebergType): boolean {
  if (from.name === "decimal" && to.name === "decimal") {
    return to.scale === from.scale && to.precision >= from.precision;
  }
  const wider = (from.name === "int" && to.name === "long") || (from.name === "float" && to.name === "double");
  return wider || from.name === to.name;
}

function unquoted(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

/**
 * The digits of a number at a scale, so that the number is digits / 10^scale; undefined if it has more decimals than
 * that, for which Iceberg would have to round.
 */
export function scaledDigits(value: number | bigint, scale: number): bigint | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!parts) return undefined;
  const [, sign = "", integer = "", fraction = "", exponent = "0"] = parts;
  const digits = integer + fraction;
  const shift = scale - fraction.length + Number(exponent);
  if (shift >= 0) return BigInt(sign + digits + "0".repeat(shift));
  const kept = digits.slice(0, shift) || "0";
  return /^0*$/.test(digits.slice(shift)) ? BigInt(sign + kept) : undefined;
}
