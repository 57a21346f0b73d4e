import { quoted } from "../tables/duckdb.ts";
import type { LiveCatalog } from "../tables/live-catalog.ts";
import { columnName, columnType } from "./column-types.ts";
import { QueryFailure } from "./query-failure.ts";
import type { Session } from "./session.ts";
import type { Statement } from "./sql/statement.ts";

type CreateView = Extract<Statement, { kind: "CREATE_VIEW" }>;
type DropView = Extract<Statement, { kind: "DROP_VIEW" }>;

/**
 * Creates a view, or replaces it. Its query names databases: DuckDB forgets in which one it was written, where Athena
 * keeps it with the view.
 */
export async function createView(session: Session, catalog: LiveCatalog, statement: CreateView): Promise<void> {
  const [database, name] = session.qualified(statement.view);
  if (catalog.view(database, name) !== undefined && !statement.replaces) {
    throw new QueryFailure("TABLE_ALREADY_EXISTS", `View already exists: ${database}.${name}`);
  }
  const columns = await columnsOf(session, statement.body);
  await session.run(`CREATE OR REPLACE VIEW ${quoted(database)}.${quoted(name)} AS ${statement.body}`);
  catalog.setView({ database, name, sql: statement.body, columns, reads: qualifiedReads(statement) });
}

export async function dropView(session: Session, catalog: LiveCatalog, statement: DropView): Promise<void> {
  const [database, name] = session.qualified(statement.view);
  if (catalog.table(database, name) !== undefined) {
    throw new QueryFailure(
      "GENERIC_USER_ERROR",
      `View '${database}.${name}' does not exist, but a table of that name does`,
    );
  }
  if (catalog.view(database, name) === undefined && statement.ifExists) return;
  await session.run(`DROP VIEW ${quoted(database)}.${quoted(name)}`);
  catalog.dropView(database, name);
}

async function columnsOf(session: Session, query: string): Promise<{ name: string; type: string }[]> {
  const statement = await session.connection.prepare(query);
  try {
    const columns = Array.from({ length: statement.columnCount }, (_, index) => {
      return { name: statement.columnName(index), type: columnType(statement.columnType(index)).hive };
    });
    const unnamed = columns.findIndex(({ name }, index) => columnName(name, index) !== name);
    if (unnamed >= 0) {
      throw new QueryFailure("MISSING_COLUMN_NAME", `Column name not specified at position ${unnamed + 1}`);
    }
    const names = columns.map(({ name }) => name.toLowerCase());
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      throw new QueryFailure("DUPLICATE_COLUMN_NAME", `Column name '${twice}' specified more than once`);
    }
    return columns;
  } finally {
    statement.destroySync();
  }
}

function qualifiedReads({ mentions }: CreateView): { database: string; name: string }[] {
  return mentions.flatMap(({ database, name }) => (database === undefined ? [] : [{ database, name }]));
}
