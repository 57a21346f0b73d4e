import type { Table, TableStore } from "../tables/store.ts";
import type { ErrorPrefix } from "./prefix.ts";
import type { Failure, Route } from "./types.ts";

/** A table that the stream's configuration names. */
export interface DestinationTable {
  database: string;
  table: string;
  /** For the errors of this table, in place of the stream's. */
  errorPrefix: ErrorPrefix | undefined;
}

/**
 * Finds a record's table: the one that the transform names, else the only one configured
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record.html). Any table of the catalog
 * may be named; the configured ones are no allow-list. The codes are AWS's where nothing else is said
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html).
 */
export function routeRecord(
  route: Route | undefined,
  destinations: readonly DestinationTable[],
  tables: TableStore,
): { table: Table } | { failure: Failure } {
  const target = route ?? (destinations.length === 1 ? destinations[0] : undefined);
  if (!target?.database || !target.table) {
    return failed("Iceberg.InvalidTableName", "Neither the transform nor the stream names a database and a table");
  }
  const table = tables.find(target.database, target.table);
  if (!table) {
    return failed("Iceberg.NoSuchTable", `The table ${target.table} does not exist in database ${target.database}`);
  }
  if (route && route.operation !== "insert") {
    // On AWS an update or delete needs unique keys and fails without them; its code is not documented [?].
    return failed("Iceberg.UnsupportedOperation", `The local Firehose only inserts: ${route.operation}`);
  }
  return { table };
}

function failed(code: string, message: string): { failure: Failure } {
  return { failure: { code, message } };
}
