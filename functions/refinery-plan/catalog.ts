import type { TableColumn } from "./sql/schema.ts";

/** A table or view as Glue has it. */
export interface CatalogTable {
  /** Those of its current schema, in their order. */
  columns: readonly TableColumn[];
  /** Of an Iceberg table: each commit makes another. */
  metadataLocation: string | undefined;
}

/** The part of Glue's answer to GetTables that is read here. */
export interface TablesPage {
  TableList?: readonly GlueTable[] | undefined;
  NextToken?: string | undefined;
}

interface GlueTable {
  Name: string | undefined;
  StorageDescriptor?: { Columns?: readonly GlueColumn[] | undefined } | undefined;
  Parameters?: Readonly<Record<string, string>> | undefined;
}

interface GlueColumn {
  Name: string | undefined;
  Type?: string | undefined;
  Parameters?: Readonly<Record<string, string>> | undefined;
}

/** Calls GetTables once. */
export type GetTables = (database: string, nextToken: string | undefined) => Promise<TablesPage>;

/** The tables and views of a database, by name. */
export async function readDatabase(getTables: GetTables, database: string): Promise<Map<string, CatalogTable>> {
  const tables = new Map<string, CatalogTable>();
  let token: string | undefined;
  do {
    const page = await getTables(database, token);
    for (const { Name = "", StorageDescriptor, Parameters } of page.TableList ?? []) {
      const columns = (StorageDescriptor?.Columns ?? []).filter(isCurrent);
      tables.set(Name, {
        columns: columns.map((column) => ({ name: column.Name ?? "", type: column.Type ?? "" })),
        metadataLocation: Parameters?.metadata_location,
      });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return tables;
}

/**
 * Iceberg's Glue catalog lists the columns of older schemas too, marked so
 * (https://iceberg.apache.org/javadoc/1.5.0/org/apache/iceberg/aws/glue/package-summary.html [?]).
 */
function isCurrent({ Parameters }: GlueColumn): boolean {
  return Parameters?.["iceberg.field.current"] !== "false";
}
