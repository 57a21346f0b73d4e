import { Inputs, refuseAll } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import { parseIcebergType } from "./iceberg-types.ts";
import type { Column, Table } from "./store.ts";

/** The Glue databases of a stack and the Iceberg tables in them. */
export interface Catalog {
  databases: readonly string[];
  tables: readonly CatalogTable[];
}

export interface CatalogTable extends Table {
  /** Where its files would be: an `s3://` URL. */
  location: string;
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
  "openTableFormatInput.icebergInput.icebergTableInput.partitionSpec": "is checked; the local tables have no files",
  "openTableFormatInput.icebergInput.icebergTableInput.properties": "the local tables have no files",
  "openTableFormatInput.icebergInput.icebergTableInput.sortOrder": "the local tables have no files",
};

/** https://iceberg.apache.org/spec/#partition-transforms */
const TRANSFORM = /^(identity|year|month|day|hour|void|bucket\[\d+\]|truncate\[\d+\])$/;

/** The only one that Firehose writes to: https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html */
const FORMAT_VERSION = "2";

/**
 * Reads the databases and tables that the program declares: `aws.glue.CatalogDatabase`, and `aws.glue.CatalogTable`
 * with an Iceberg schema in `openTableFormatInput`.
 *
 * @throws ResourceError with every problem of every database and table.
 */
export function catalogOf(graph: StackGraph): Catalog {
  const problems: string[] = [];
  const databases = ofType(graph, "aws:glue/catalogDatabase:CatalogDatabase").map((resource) =>
    Inputs.of(resource, problems).text("name", NAME),
  );
  const tables = ofType(graph, "aws:glue/catalogTable:CatalogTable").map((resource) => {
    const inputs = Inputs.of(resource, problems);
    inputs.only(["name", "databaseName", "openTableFormatInput"], ignoredInputs);
    const name = inputs.text("name", NAME);
    const database = inputs.text("databaseName");
    const schema = readSchema(inputs.object("openTableFormatInput"));
    if (!databases.includes(database)) inputs.refuse("databaseName", `the program has no database ${database}`);
    return { database, name, ...schema };
  });
  refuseAll(problems);
  return { databases, tables };
}

function readSchema(format: Inputs): Pick<CatalogTable, "columns" | "location"> {
  if (format.value("icebergInput") === undefined) {
    format.refuse("icebergInput", "required, the local tables are Iceberg tables");
    return { columns: [], location: "" };
  }
  const iceberg = format.object("icebergInput");
  const version = iceberg.optionalText("version") ?? FORMAT_VERSION;
  if (version !== FORMAT_VERSION) {
    iceberg.refuse("version", `Firehose writes to version ${FORMAT_VERSION} only: ${version}`);
  }
  const table = iceberg.object("icebergTableInput");
  const fields = table.object("schema").list("fields");
  if (fields.length === 0) table.refuse("schema.fields", "at least one field is required");
  for (const key of ["id", "name"]) {
    const values = fields.map((field) => field.value(key));
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) table.refuse(`schema.fields[].${key}`, `unique in the table: ${String(twice)}`);
  }
  const ids = fields.map((field) => field.value("id"));
  for (const partition of table.object("partitionSpec").list("fields")) {
    checkPartition(partition, ids);
  }
  return { columns: fields.map(readColumn), location: table.text("location", /^s3:\/\/./) };
}

function readColumn(field: Inputs): Column {
  const type = String(field.value("type"));
  field.attempt("type", () => parseIcebergType(type));
  return { name: field.text("name"), type, required: field.value("required") === true };
}

function checkPartition(partition: Inputs, fieldIds: readonly unknown[]): void {
  const source = partition.value("sourceId");
  if (!fieldIds.includes(source)) {
    partition.refuse("sourceId", `no field of the schema has it: ${String(source)}`);
  }
  const transform = partition.optionalText("transform");
  if (!TRANSFORM.test(transform ?? "")) partition.refuse("transform", `no transform of Iceberg's: ${transform}`);
}
