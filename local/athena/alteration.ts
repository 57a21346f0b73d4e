import { quoted } from "../tables/duckdb.ts";
import { type IcebergType, parseIcebergType, promotes } from "../tables/iceberg-types.ts";
import type { Field, LiveTable } from "../tables/live-table.ts";
import { QueryFailure } from "./query-failure.ts";
import type { Session } from "./session.ts";
import type { HiveColumn } from "./sql/alter-table.ts";

/** Types that Athena's DDL takes for a column of an Iceberg table, besides `decimal(p,s)`, as Iceberg's. */
const HIVE_TYPES: Readonly<Record<string, string>> = {
  boolean: "boolean",
  int: "int",
  bigint: "long",
  float: "float",
  double: "double",
  date: "date",
  timestamp: "timestamp",
  string: "string",
  binary: "binary",
};

/** Adds columns at the end; rows that are there have null in them. Returns all fields. */
export async function addColumns(
  session: Session,
  table: LiveTable,
  columns: readonly HiveColumn[],
): Promise<readonly Field[]> {
  let fields = table.fields;
  for (const { name, type } of columns) {
    if (fields.some((field) => field.name === name)) {
      // Iceberg's own words (SchemaUpdate); Athena's are not known [?].
      throw new QueryFailure("GENERIC_USER_ERROR", `Cannot add column, name already exists: ${name}`);
    }
    const iceberg = icebergType(type);
    await session.run(`ALTER TABLE ${placeOf(table)} ADD COLUMN ${quoted(name)} ${parseIcebergType(iceberg).duckdb}`);
    const id = Math.max(0, ...fields.map((field) => field.id)) + 1;
    fields = [...fields, { id, name, type: iceberg, required: false }];
  }
  return fields;
}

/** Widens a column's type as Iceberg can. Returns all fields, undefined where the column has that type. */
export async function changeColumn(
  session: Session,
  table: LiveTable,
  { name, type }: HiveColumn,
): Promise<readonly Field[] | undefined> {
  const field = table.fields.find((one) => one.name === name);
  if (field === undefined) throw new QueryFailure("COLUMN_NOT_FOUND", `Cannot update missing column: ${name}`);
  const iceberg = icebergType(type);
  const [from, to] = [parseIcebergType(field.type), parseIcebergType(iceberg)];
  if (!promotes(from, to)) {
    // Iceberg's own words (SchemaUpdate); Athena's are not known [?].
    throw new QueryFailure("NOT_SUPPORTED", `Cannot change column type: ${name}: ${textOf(from)} -> ${textOf(to)}`);
  }
  if (textOf(from) === textOf(to)) return undefined;
  await session.run(`ALTER TABLE ${placeOf(table)} ALTER COLUMN ${quoted(name)} TYPE ${to.duckdb}`);
  return table.fields.map((one) => (one === field ? { ...one, type: iceberg } : one));
}

/** @throws QueryFailure `NOT_SUPPORTED` */
function icebergType(hive: string): string {
  const type = hive.startsWith("decimal(") ? hive : HIVE_TYPES[hive];
  if (type === undefined) {
    const known = [...Object.keys(HIVE_TYPES), "decimal(p,s)"].join(", ");
    throw new QueryFailure("NOT_SUPPORTED", `The type ${hive} is none of ${known}`);
  }
  try {
    parseIcebergType(type);
    return type;
  } catch (error) {
    throw new QueryFailure("NOT_SUPPORTED", (error as Error).message);
  }
}

function textOf(type: IcebergType): string {
  return type.name === "decimal" ? `decimal(${type.precision}, ${type.scale})` : type.name;
}

function placeOf({ database, name }: LiveTable): string {
  return `${quoted(database)}.${quoted(name)}`;
}
