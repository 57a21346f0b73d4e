import {
  type DuckDBAppender,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
} from "@duckdb/node-api";
import { type IcebergType, parseIcebergType, scaledDigits } from "./iceberg-types.ts";
import type { Row, Table } from "./store.ts";

type Append = (appender: DuckDBAppender, value: unknown) => void;

/** Builds what appends a row of `table`; a key that the row lacks becomes null. Throws on a value of another type. */
export function rowAppend(table: Table): (appender: DuckDBAppender, row: Row) => void {
  const columns = table.columns.map(({ name, type }) => ({ name, append: valueAppend(parseIcebergType(type)) }));
  return (appender, row) => {
    for (const { name, append } of columns) {
      const value = row[name];
      if (value === undefined || value === null) appender.appendNull();
      else append(appender, value);
    }
    appender.endRow();
  };
}

function valueAppend(type: IcebergType): Append {
  switch (type.name) {
    case "string":
      return (appender, value) => appender.appendVarchar(value as string);
    case "boolean":
      return (appender, value) => appender.appendBoolean(value as boolean);
    case "int":
      return (appender, value) => appender.appendInteger(value as number);
    case "long":
      return (appender, value) => appender.appendBigInt(BigInt(value as number));
    case "float":
      return (appender, value) => appender.appendFloat(Number(value));
    case "double":
      return (appender, value) => appender.appendDouble(Number(value));
    case "decimal": {
      const { precision, scale } = type;
      return (appender, value) => {
        const digits = scaledDigits(value as number, scale);
        if (digits === undefined) throw new TypeError(`${String(value)} does not fit ${type.duckdb}`);
        appender.appendDecimal(new DuckDBDecimalValue(digits, precision, scale));
      };
    }
    case "timestamp":
      return (appender, value) => appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value as number)));
    case "timestamptz":
      return (appender, value) => appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(value as number)));
    case "date":
      return (appender, value) => appender.appendDate(new DuckDBDateValue(value as number));
    case "time":
      return (appender, value) => appender.appendTime(new DuckDBTimeValue(BigInt(value as number)));
    case "uuid":
      return (appender, value) =>
        appender.appendUUID(DuckDBUUIDValue.fromUint128(BigInt(`0x${(value as string).replaceAll("-", "")}`)));
    case "binary":
      return (appender, value) => appender.appendBlob(Buffer.from(value as string, "base64"));
  }
}
