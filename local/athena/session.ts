import type { DuckDBConnection, DuckDBResultReader } from "@duckdb/node-api";
import { quoted } from "../tables/duckdb.ts";
import { parseIcebergType } from "../tables/iceberg-types.ts";
import type { LiveCatalog, View } from "../tables/live-catalog.ts";
import type { LiveTable } from "../tables/live-table.ts";
import { QueryFailure } from "./query-failure.ts";
import { CATALOG, type ObjectName } from "./sql/names.ts";

/** Milliseconds after which a statement that goes on though it was interrupted is interrupted once more. */
const INTERRUPT_AGAIN_MS = 10;

/** What one query runs in: a connection, the query's database, and what stops it. */
export class Session {
  readonly #connection: DuckDBConnection;
  readonly #catalog: LiveCatalog;
  readonly #database: string | undefined;
  readonly #signal: AbortSignal;

  constructor(
    connection: DuckDBConnection,
    catalog: LiveCatalog,
    { database, signal }: { database: string | undefined; signal: AbortSignal },
  ) {
    this.#connection = connection;
    this.#catalog = catalog;
    this.#database = database?.toLowerCase();
    this.#signal = signal;
  }

  get connection(): DuckDBConnection {
    return this.#connection;
  }

  /** Lets plain names be those of the query's database. */
  async enter(): Promise<void> {
    if (this.#database === undefined) return;
    this.#requireDatabase(this.#database);
    await this.run(`SET search_path = '${CATALOG}.${quoted(this.#database)},${CATALOG}.main'`);
  }

  /** @throws the signal's reason where the query was stopped, whatever DuckDB throws. */
  async run(sql: string): Promise<DuckDBResultReader> {
    this.#signal.throwIfAborted();
    // DuckDB forgets an interrupt that comes before the statement begins, which waits for a free thread.
    let again: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.#connection.interrupt();
      again = setTimeout(interrupt, INTERRUPT_AGAIN_MS);
    };
    this.#signal.addEventListener("abort", interrupt);
    try {
      return await this.#connection.runAndReadAll(sql);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(again);
      this.#signal.removeEventListener("abort", interrupt);
    }
  }

  /** @throws QueryFailure where there is no such table, or the name is a view's. */
  table(name: ObjectName): LiveTable {
    const [database, table] = this.qualified(name);
    const found = this.#catalog.table(database, table);
    if (found !== undefined) return found;
    if (this.#catalog.view(database, table) !== undefined) {
      throw new QueryFailure("NOT_SUPPORTED", `${database}.${table} is a view: views cannot be changed`);
    }
    throw new QueryFailure("TABLE_NOT_FOUND", `Table '${CATALOG}.${database}.${table}' does not exist`);
  }

  /** @throws QueryFailure where the database is missing, or not in the catalog. */
  qualified({ database = this.#database, name }: ObjectName): [database: string, name: string] {
    if (database === undefined) {
      throw new QueryFailure("MISSING_SCHEMA_NAME", "Schema must be specified when session schema is not set");
    }
    this.#requireDatabase(database);
    return [database, name];
  }

  async hasRows({ database, name }: LiveTable): Promise<boolean> {
    const result = await this.run(`SELECT 1 FROM ${quoted(database)}.${quoted(name)} LIMIT 1`);
    return result.currentRowCount > 0;
  }

  /**
   * About how many bytes the tables hold that a statement mentions. Athena counts compressed bytes of the columns and
   * partitions that it reads; here it is every column of every row, its width taken from the first thousand rows.
   */
  async bytesIn(mentions: readonly ObjectName[]): Promise<number> {
    let bytes = 0;
    for (const table of this.#tablesAmong(mentions)) {
      const width = table.fields.map(({ name, type }) => {
        const { duckdb } = parseIcebergType(type);
        return duckdb === "VARCHAR" ? `coalesce(strlen(${quoted(name)}), 0)` : "8";
      });
      const place = `${quoted(table.database)}.${quoted(table.name)}`;
      const sample = `SELECT avg(${width.join(" + ")}) FROM (SELECT * FROM ${place} LIMIT 1000)`;
      const [row] = (await this.run(`SELECT (SELECT count(*) FROM ${place}) * (${sample})`)).getRowsJS();
      bytes += Math.round(Number(row?.[0] ?? 0));
    }
    return bytes;
  }

  /** The tables among the names, and those behind the views among them. */
  #tablesAmong(mentions: readonly ObjectName[], seen = new Set<LiveTable | View>()): LiveTable[] {
    const tables: LiveTable[] = [];
    for (const { database = this.#database, name } of mentions) {
      if (database === undefined) continue;
      const [table, view] = [this.#catalog.table(database, name), this.#catalog.view(database, name)];
      if (table !== undefined && !seen.has(table)) tables.push(table);
      if (view !== undefined && !seen.has(view)) tables.push(...this.#tablesAmong(view.reads, seen.add(view)));
      if (table !== undefined) seen.add(table);
    }
    return tables;
  }

  #requireDatabase(database: string): void {
    if (!this.#catalog.databases.includes(database)) {
      throw new QueryFailure("SCHEMA_NOT_FOUND", `Schema '${database}' does not exist`);
    }
  }
}
