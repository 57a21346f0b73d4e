import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from "@duckdb/node-api";
import { AwsError } from "../api/errors.ts";
import { rowAppend } from "./append.ts";
import type { Catalog } from "./from-graph.ts";
import { parseIcebergType } from "./iceberg-types.ts";
import type { Row, Table, TableStore } from "./store.ts";

/** The stack's tables in memory: a DuckDB schema per Glue database, a table per Iceberg table. */
export interface Tables extends TableStore {
  /** Rows in a table. @throws AwsError `EntityNotFoundException` if the database or the table does not exist. */
  count(database: string, name: string): Promise<number>;
  /**
   * Answers a query in DuckDB's SQL with one plain object a row. Integers are numbers, beyond 2^53 bigints; decimals,
   * timestamps (UTC), dates, times, UUIDs and whatever is inside a list or struct are text.
   */
  query(sql: string): Promise<Row[]>;
  /** Frees the memory. Nothing may be called afterwards. */
  close(): void;
}

/** Creates the databases and tables of `catalog`, empty. */
export async function openTables(catalog: Catalog): Promise<Tables> {
  const instance = await DuckDBInstance.create(":memory:");
  const [reader, writer] = [await connect(instance), await connect(instance)];
  const tables = new Map<string, Map<string, Table>>(catalog.databases.map((database) => [database, new Map()]));
  for (const database of catalog.databases) await writer.run(`CREATE SCHEMA ${quoted(database)}`);
  for (const table of catalog.tables) {
    await writer.run(createTable(table));
    tables.get(table.database)?.set(table.name, table);
  }
  return new DuckTables(instance, reader, writer, tables);
}

class DuckTables implements Tables {
  readonly #instance: DuckDBInstance;
  readonly #reader: DuckDBConnection;
  readonly #writer: DuckDBConnection;
  readonly #tables: ReadonlyMap<string, ReadonlyMap<string, Table>>;
  readonly #appends = new Map<Table, ReturnType<typeof rowAppend>>();
  /** The write under way: a connection holds one transaction at a time. */
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(
    instance: DuckDBInstance,
    reader: DuckDBConnection,
    writer: DuckDBConnection,
    tables: ReadonlyMap<string, ReadonlyMap<string, Table>>,
  ) {
    this.#instance = instance;
    this.#reader = reader;
    this.#writer = writer;
    this.#tables = tables;
  }

  find(database: string, name: string): Table | undefined {
    return this.#tables.get(database)?.get(name);
  }

  insert(table: Table, rows: readonly Row[]): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write(table, rows));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  /** One appender a call: row by row it is 200 times slower. */
  async #write(table: Table, rows: readonly Row[]): Promise<void> {
    await this.#writer.run("BEGIN");
    try {
      const appender = await this.#writer.createAppender(table.name, table.database);
      try {
        const append = this.#append(table);
        for (const row of rows) append(appender, row);
      } catch (error) {
        appender.clear();
        throw error;
      } finally {
        appender.closeSync();
      }
      await this.#writer.run("COMMIT");
    } catch (error) {
      await this.#writer.run("ROLLBACK");
      throw error;
    }
  }

  #append(table: Table): ReturnType<typeof rowAppend> {
    const known = this.#appends.get(table);
    if (known) return known;
    const append = rowAppend(table);
    this.#appends.set(table, append);
    return append;
  }

  async count(database: string, name: string): Promise<number> {
    const inDatabase = this.#tables.get(database);
    if (!inDatabase) throw notFound(`Database ${database} not found`, this.#tables.keys());
    if (!inDatabase.has(name)) throw notFound(`Table ${name} not found in database ${database}`, inDatabase.keys());
    const [row] = await this.query(`SELECT count(*) AS rows FROM ${quoted(database)}.${quoted(name)}`);
    return Number(row?.rows);
  }

  async query(sql: string): Promise<Row[]> {
    return (await this.#reader.runAndReadAll(sql)).convertRowObjects(plain);
  }

  close(): void {
    this.#reader.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

function createTable(table: Table): string {
  const columns = table.columns.map(({ name, type, required }) => {
    return `${quoted(name)} ${parseIcebergType(type).duckdb}${required ? " NOT NULL" : ""}`;
  });
  return `CREATE TABLE ${quoted(table.database)}.${quoted(table.name)} (${columns.join(", ")})`;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Glue's name for it (https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html). */
function notFound(what: string, known: Iterable<string>): AwsError {
  return new AwsError("EntityNotFoundException", `${what}; there are: ${[...known].join(", ") || "none"}`);
}

const plain: DuckDBValueConverter<Json | bigint> = (value, type) => {
  if (typeof value !== "bigint") return JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};
