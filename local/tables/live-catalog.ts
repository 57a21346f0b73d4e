import { AwsError } from "../api/errors.ts";
import type { Catalog } from "./from-graph.ts";
import { LiveTable } from "./live-table.ts";

/** A view as Athena made it. */
export interface View {
  database: string;
  name: string;
  /** The query that it is, in Trino's SQL. */
  sql: string;
  /** Types are Hive's. */
  columns: readonly { name: string; type: string }[];
  /** Tables and views that may be read with it. */
  reads: readonly { database: string; name: string }[];
}

interface Database {
  tables: Map<string, LiveTable>;
  views: Map<string, View>;
}

/** The databases of a stack with their tables and views, as they are now. Names are in lower case. */
export class LiveCatalog {
  readonly #databases: ReadonlyMap<string, Database>;

  constructor({ databases, tables }: Catalog) {
    this.#databases = new Map(databases.map((database) => [database, { tables: new Map(), views: new Map() }]));
    for (const table of tables) {
      this.#databases.get(table.database)?.tables.set(table.name, new LiveTable(table));
    }
  }

  get databases(): readonly string[] {
    return [...this.#databases.keys()];
  }

  table(database: string, name: string): LiveTable | undefined {
    return this.#databases.get(database)?.tables.get(name);
  }

  view(database: string, name: string): View | undefined {
    return this.#databases.get(database)?.views.get(name);
  }

  /** @throws AwsError `EntityNotFoundException` if the database or the table does not exist. */
  existingTable(database: string, name: string): LiveTable {
    const { tables } = this.#database(database);
    const table = tables.get(name);
    if (table === undefined) throw notFound(`Table ${name} not found in database ${database}`, tables.keys());
    return table;
  }

  /** @throws AwsError `EntityNotFoundException` */
  tablesAndViews(database: string): (LiveTable | View)[] {
    const { tables, views } = this.#database(database);
    return [...tables.values(), ...views.values()];
  }

  /** In place of the view of that name, where there is one. @throws AwsError `EntityNotFoundException` */
  setView(view: View): void {
    this.#database(view.database).views.set(view.name, view);
  }

  dropView(database: string, name: string): void {
    this.#databases.get(database)?.views.delete(name);
  }

  #database(name: string): Database {
    const database = this.#databases.get(name);
    if (database === undefined) throw notFound(`Database ${name} not found`, this.#databases.keys());
    return database;
  }
}

/** Glue's name for it (https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html). */
function notFound(what: string, known: Iterable<string>): AwsError {
  return new AwsError("EntityNotFoundException", `${what}; there are: ${[...known].join(", ") || "none"}`);
}
