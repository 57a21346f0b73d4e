import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import { parseIcebergType } from "./iceberg-types.ts";
import type { Column, Table } from "./store.ts";

/** The Glue databases of a stack and the Iceberg tables in them. */
export interface Catalog {
  databases: readonly string[];
  tables: readonly Table[];
}

/**
 * Names that Iceberg's Glue catalog takes; a dash is none of them
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-considerations.html).
 */
const NAME = /^[a-z0-9_]{1,252}$/;
/** Inputs of `glue.CatalogTableArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  catalogId: "there is one catalog, that of the graph",
  description: "nothing reads it",
  owner: "nothing reads it",
  parameters: "the Iceberg input says what the table is",
  region: "the whole stack is in one region",
  storageDescriptor: "the Iceberg input has the schema",
  tableType: "the Iceberg input says what the table is",
  "openTableFormatInput.icebergInput.icebergTableInput.location": "rows are in this machine's memory",
  "openTableFormatInput.icebergInput.icebergTableInput.partitionSpec": "is checked; the local tables have no files",
  "openTableFormatInput.icebergInput.icebergTableInput.properties": "the local tables have no files",
  "openTableFormatInput.icebergInput.icebergTableInput.sortOrder": "the local tables have no files",
};

/** https://iceberg.apache.org/spec/#partition-transforms */
const TRANSFORM = /^(identity|year|month|day|hour|void|bucket\[\d+\]|truncate\[\d+\])$/;
/** The only one that Firehose writes to: https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html */
const FORMAT_VERSION = "2";

interface SchemaField {
  id?: unknown;
  name?: unknown;
  type?: unknown;
  required?: unknown;
}

/**
 * Reads the databases and tables that the program declares: `aws.glue.CatalogDatabase`, and `aws.glue.CatalogTable`
 * with an Iceberg schema in `openTableFormatInput`.
 *
 * @throws Error that lists everything wrong, each with the resource, the path, the rule and the value.
 */
export function catalogOf(graph: StackGraph): Catalog {
  const problems: string[] = [];
  const databases = ofType(graph, "aws:glue/catalogDatabase:CatalogDatabase").map(({ state }) => String(state.name));
  for (const name of databases) {
    if (!NAME.test(name)) problems.push(`database ${name}: a name consists of a-z, 0-9 and _`);
  }
  const tables = ofType(graph, "aws:glue/catalogTable:CatalogTable").map((resource) => {
    const table = readTable(resource, (problem) => problems.push(`table ${resource.name}: ${problem}`));
    if (!databases.includes(table.database)) {
      problems.push(`table ${resource.name}: databaseName: the program has no database ${table.database}`);
    }
    return table;
  });
  if (problems.length > 0) throw new Error(`The catalog cannot be set up:\n${problems.join("\n")}`);
  return { databases, tables };
}

function readTable({ inputs, state }: GraphResource, problem: (text: string) => void): Table {
  for (const [input, value] of Object.entries(inputs)) {
    const isKnown =
      Object.hasOwn(ignoredInputs, input) || ["name", "databaseName", "openTableFormatInput"].includes(input);
    if (!isKnown && value !== undefined && value !== null) problem(`${input}: not known to the local cloud`);
  }
  const database = String(state.databaseName);
  const name = String(state.name);
  if (!NAME.test(name)) problem(`name: consists of a-z, 0-9 and _: ${name}`);
  const iceberg = at(state, "openTableFormatInput", "icebergInput");
  if (iceberg === undefined) {
    problem("openTableFormatInput.icebergInput: required, the local tables are Iceberg tables");
    return { database, name, columns: [] };
  }
  const version = String(at(iceberg, "version") ?? FORMAT_VERSION);
  if (version !== FORMAT_VERSION) {
    problem(`openTableFormatInput.icebergInput.version: Firehose writes to version ${FORMAT_VERSION} only: ${version}`);
  }
  const fields = list(at(iceberg, "icebergTableInput", "schema", "fields")) as SchemaField[];
  if (fields.length === 0) problem("icebergTableInput.schema.fields: at least one field is required");
  checkUnique(fields, problem);
  for (const [index, field] of list(at(iceberg, "icebergTableInput", "partitionSpec", "fields")).entries()) {
    checkPartition(field, `icebergTableInput.partitionSpec.fields[${index}]`, fields, problem);
  }
  return { database, name, columns: fields.map((field, index) => readColumn(field, index, problem)) };
}

function readColumn(field: SchemaField, index: number, problem: (text: string) => void): Column {
  const type = String(field.type);
  try {
    parseIcebergType(type);
  } catch (error) {
    problem(`icebergTableInput.schema.fields[${index}].type: ${(error as Error).message}`);
  }
  return { name: String(field.name), type, required: field.required === true };
}

function checkUnique(fields: readonly SchemaField[], problem: (text: string) => void): void {
  for (const key of ["id", "name"] as const) {
    const values = fields.map((field) => field[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) problem(`icebergTableInput.schema.fields[].${key}: unique in the table: ${String(twice)}`);
  }
}

function checkPartition(
  partition: unknown,
  path: string,
  fields: readonly SchemaField[],
  problem: (text: string) => void,
): void {
  const source = at(partition, "sourceId");
  if (!fields.some(({ id }) => id === source))
    problem(`${path}.sourceId: no field of the schema has it: ${String(source)}`);
  const transform = String(at(partition, "transform"));
  if (!TRANSFORM.test(transform)) problem(`${path}.transform: no transform of Iceberg's: ${transform}`);
}

/** The value at a path of keys; undefined where the path ends early. */
function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
