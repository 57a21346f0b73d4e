import { Turns } from "../dynamodb/turns.ts";
import type { Tables } from "../tables/duckdb.ts";
import { addColumns, changeColumn } from "./alteration.ts";
import { columnName, columnType, printValue } from "./column-types.ts";
import { QueryFailure } from "./query-failure.ts";
import { invalidRequest } from "./refusals.ts";
import type { ResultColumn } from "./results.ts";
import { Session } from "./session.ts";
import { FUNCTIONS } from "./sql/functions.ts";
import { JSON_MACROS, jsonFunctions } from "./sql/json-functions.ts";
import type { Statement } from "./sql/statement.ts";
import { checkTypes } from "./type-check.ts";
import { createView, dropView } from "./views.ts";

/** What a test, or a fault, sees of a statement that writes, before it is committed. */
export interface Commit {
  sql: string;
  database: string;
  table: string;
}

/** Asked before a statement that writes is committed: an error makes it fail, without effect. */
export type Intercept = (commit: Commit) => Error | undefined;

/** What a query came to. */
export interface Outcome {
  columns: readonly ResultColumn[];
  rows: readonly (readonly (string | null)[])[];
  /** Rows that a statement changed, 0 for a SELECT, undefined for DDL. */
  updateCount: number | undefined;
}

export interface RunOptions {
  /** The database of plain names. */
  database: string | undefined;
  /** Stops the query. */
  signal: AbortSignal;
  /** Gets about how many bytes the query reads, before it begins; may throw. */
  onScan(bytes: number): void;
}

type WriteStatement = Extract<Statement, { assignments: unknown }>;

/** Runs statements of Athena's on the tables in DuckDB. */
export class Engine {
  readonly #tables: Tables;
  readonly #intercept: Intercept;
  readonly #views = new Turns();

  /** @param tables With the functions of Trino's in them: {@link openEngine}. */
  constructor(tables: Tables, intercept: Intercept) {
    this.#tables = tables;
    this.#intercept = intercept;
  }

  /** @throws AwsError `InvalidRequestException` for what is no SQL, as far as it is not Hive's DDL. */
  async parse(statement: Statement): Promise<void> {
    if (statement.kind === "ALTER_TABLE") return;
    const connection = await this.#tables.connect();
    try {
      await connection.extractStatements(statement.sql);
    } catch (error) {
      throw invalidRequest((error as Error).message, "MALFORMED_QUERY");
    } finally {
      connection.closeSync();
    }
  }

  /** @throws whatever the statement fails with; it then has had no effect. */
  async run(statement: Statement, { database, signal, onScan }: RunOptions): Promise<Outcome> {
    const connection = await this.#tables.connect();
    try {
      const session = new Session(connection, this.#tables.catalog, { database, signal });
      return await this.#run(statement, session, onScan);
    } finally {
      connection.closeSync();
    }
  }

  async #run(statement: Statement, session: Session, onScan: (bytes: number) => void): Promise<Outcome> {
    switch (statement.kind) {
      case "CREATE_VIEW":
        await this.#views.run(() => createView(session, this.#tables.catalog, statement));
        return DDL;
      case "DROP_VIEW":
        await this.#views.run(() => dropView(session, this.#tables.catalog, statement));
        return DDL;
      case "ALTER_TABLE": {
        const { change } = statement;
        const table = session.table(statement.table);
        await this.#tables.commit(table, session.connection, async () => {
          const fields =
            change.kind === "ADD_COLUMNS"
              ? await addColumns(session, table, change.columns)
              : await changeColumn(session, table, change.column);
          this.#refuse(statement.sql, table);
          return { rows: 0, fields };
        });
        return DDL;
      }
    }
    await session.enter();
    onScan(await session.bytesIn(statement.mentions));
    return statement.kind === "SELECT" ? select(session, statement.sql) : this.#write(statement, session);
  }

  async #write(statement: WriteStatement, session: Session): Promise<Outcome> {
    const table = session.table(statement.table);
    const { rows } = await this.#tables.commit(table, session.connection, async () => {
      await checkTypes(session, table, statement.assignments);
      // Nothing matches the rows of a table that has none, and the source need not be read twice.
      if (statement.kind === "MERGE" && (await session.hasRows(table))) {
        const matches = await session.run(statement.merge.ambiguous);
        if (matches.currentRowCount > 0) {
          const message = "One MERGE target table row matched more than one source row";
          throw new QueryFailure("MERGE_TARGET_ROW_MULTIPLE_MATCHES", message);
        }
      }
      const { rowsChanged } = await session.run(statement.sql);
      this.#refuse(statement.sql, table);
      return { rows: rowsChanged };
    });
    return { columns: [ROWS], rows: [], updateCount: rows };
  }

  #refuse(sql: string, { database, name }: { database: string; name: string }): void {
    const error = this.#intercept({ sql, database, table: name });
    if (error !== undefined) throw error;
  }
}

/** Makes Trino's functions known to the tables. */
export async function openEngine(tables: Tables, intercept: Intercept): Promise<Engine> {
  const connection = await tables.connect();
  try {
    for (const implementation of jsonFunctions()) connection.registerScalarFunction(implementation);
    const macros = JSON_MACROS.map(([name, ...macro]) => ({ name, macros: [macro] as const }));
    for (const { name, macros: overloads = [] } of [...FUNCTIONS, ...macros]) {
      if (overloads.length === 0) continue;
      const bodies = overloads.map(([parameters, body]) => `(${parameters}) AS ${body}`);
      await connection.run(`CREATE MACRO ${name}${bodies.join(", ")}`);
    }
  } finally {
    connection.closeSync();
  }
  return new Engine(tables, intercept);
}

const DDL: Outcome = { columns: [], rows: [], updateCount: undefined };

/** What a statement that changes rows answers as its columns. */
const ROWS: ResultColumn = {
  name: "rows",
  type: { trino: "bigint", athena: "bigint", precision: 19, scale: 0, hive: "bigint" },
};

async function select(session: Session, sql: string): Promise<Outcome> {
  const result = await session.run(sql);
  const columns = result.columnTypes().map((type, index) => {
    return { name: columnName(result.columnName(index), index), type: columnType(type) };
  });
  const unprinted = columns.find(({ type }) => type.athena === "unknown");
  if (unprinted !== undefined) {
    throw new QueryFailure("NOT_SUPPORTED", `the local Athena prints no value of the type of column ${unprinted.name}`);
  }
  return { columns, rows: result.convertRows(printValue), updateCount: 0 };
}
