import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from "@duckdb/node-api";
import { inTurns, Turns } from "../dynamodb/turns.ts";
import { rowAppend } from "./append.ts";
import type { Catalog } from "./from-graph.ts";
import { parseIcebergType } from "./iceberg-types.ts";
import { LiveCatalog } from "./live-catalog.ts";
import type { Field, LiveTable } from "./live-table.ts";
import type { Row, Table, TableStore } from "./store.ts";

/** What a change of a table came to: without either, there is nothing to commit. */
export interface Change {
  /** Rows inserted, updated and deleted. */
  rows: number;
  /** The table's fields, where they are others from now on. */
  fields?: readonly Field[];
}

/** The stack's tables in memory: a DuckDB schema per Glue database, a table per Iceberg table. */
export interface Tables extends TableStore {
  /** What there is. */
  readonly catalog: LiveCatalog;
  /** Rows in a table. @throws AwsError `EntityNotFoundException` if the database or the table does not exist. */
  count(database: string, name: string): Promise<number>;
  /**
   * Answers a query in DuckDB's SQL with one plain object a row. Integers are numbers, beyond 2^53 bigints; decimals,
   * timestamps (UTC), dates, times, UUIDs and whatever is inside a list or struct are text.
   */
  query(sql: string): Promise<Row[]>;
  /** Another connection to the tables, for whoever opens it to close. */
  connect(): Promise<DuckDBConnection>;
  /**
   * Changes a table in one transaction of `connection`, in the table's turn, and commits it to the catalog; nothing is
   * left of it when `change` throws.
   */
  commit(table: LiveTable, connection: DuckDBConnection, change: () => Promise<Change>): Promise<Change>;
  /** Frees the memory. Nothing may be called afterwards. */
  close(): void;
}

/** DuckDB's name for the database of the tables: Athena's for the Glue data catalog. */
const DATABASE = "awsdatacatalog";

/** Creates the databases and tables of `catalog`, empty. */
export async function openTables(catalog: Catalog): Promise<Tables> {
  const instance = await DuckDBInstance.create(":memory:");
  const writer = await connect(instance, [
    `ATTACH ':memory:' AS ${DATABASE}`,
    // By itself DuckDB packs what is in memory now and then, and no insert ends meanwhile: seconds at 300,000 rows.
    "SET checkpoint_threshold = '1TB'",
    // Nothing but the tables can be read from here on, or written to.
    "SET enable_external_access = false",
  ]);
  for (const database of catalog.databases) await writer.run(`CREATE SCHEMA ${quoted(database)}`);
  for (const table of catalog.tables) await writer.run(createTable(table));
  return new DuckTables(instance, await connect(instance), writer, new LiveCatalog(catalog));
}

class DuckTables implements Tables {
  readonly catalog: LiveCatalog;
  readonly #instance: DuckDBInstance;
  readonly #reader: DuckDBConnection;
  readonly #writer: DuckDBConnection;
  /** Inserts, one after the other: a connection holds one transaction at a time. */
  readonly #inserts = new Turns();
  readonly #appends = new Map<Table, ReturnType<typeof rowAppend>>();

  constructor(instance: DuckDBInstance, reader: DuckDBConnection, writer: DuckDBConnection, catalog: LiveCatalog) {
    this.#instance = instance;
    this.#reader = reader;
    this.#writer = writer;
    this.catalog = catalog;
  }

  find(database: string, name: string): Table | undefined {
    return this.catalog.table(database, name)?.schema;
  }

  async insert({ database, name }: Table, rows: readonly Row[]): Promise<void> {
    const table = this.catalog.existingTable(database, name);
    await inTurns([table.turns, this.#inserts], () =>
      transaction(table, this.#writer, async () => {
        await this.#append(table.schema, rows);
        return { rows: rows.length };
      }),
    );
  }

  commit(table: LiveTable, connection: DuckDBConnection, change: () => Promise<Change>): Promise<Change> {
    return table.turns.run(() => transaction(table, connection, change));
  }

  /** One appender a call: row by row it is 200 times slower. */
  async #append(table: Table, rows: readonly Row[]): Promise<void> {
    const appender = await this.#writer.createAppender(table.name, table.database, DATABASE);
    try {
      const append = this.#rowAppend(table);
      for (const row of rows) append(appender, row);
    } catch (error) {
      appender.clear();
      throw error;
    } finally {
      appender.closeSync();
    }
  }

  #rowAppend(table: Table): ReturnType<typeof rowAppend> {
    const known = this.#appends.get(table);
    if (known) return known;
    const append = rowAppend(table);
    this.#appends.set(table, append);
    return append;
  }

  async count(database: string, name: string): Promise<number> {
    this.catalog.existingTable(database, name);
    const [row] = await this.query(`SELECT count(*) AS rows FROM ${quoted(database)}.${quoted(name)}`);
    return Number(row?.rows);
  }

  async query(sql: string): Promise<Row[]> {
    return (await this.#reader.runAndReadAll(sql)).convertRowObjects(plain);
  }

  connect(): Promise<DuckDBConnection> {
    return connect(this.#instance);
  }

  close(): void {
    this.#reader.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
  }
}

async function transaction(
  table: LiveTable,
  connection: DuckDBConnection,
  run: () => Promise<Change>,
): Promise<Change> {
  await connection.run("BEGIN");
  try {
    const change = await run();
    await connection.run("COMMIT");
    // Iceberg makes no snapshot of a statement that changed nothing.
    if (change.rows > 0 || change.fields !== undefined) table.committed(change.fields);
    return change;
  } catch (error) {
    // After a COMMIT that failed, nothing is left to roll back.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** @param prepare Statements that come before everything else. */
async function connect(instance: DuckDBInstance, prepare: readonly string[] = []): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  for (const statement of [...prepare, `USE ${DATABASE}`, "SET TimeZone = 'UTC'"]) await connection.run(statement);
  return connection;
}

function createTable(table: Table): string {
  const columns = table.columns.map(({ name, type, required }) => {
    return `${quoted(name)} ${parseIcebergType(type).duckdb}${required ? " NOT NULL" : ""}`;
  });
  return `CREATE TABLE ${quoted(table.database)}.${quoted(table.name)} (${columns.join(", ")})`;
}

/** An identifier in DuckDB's SQL. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

const plain: DuckDBValueConverter<Json | bigint> = (value, type) => {
  if (typeof value !== "bigint") return JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};
