import { parseIcebergType } from "../tables/iceberg-types.ts";
import type { LiveTable } from "../tables/live-table.ts";
import { coerces } from "./coercion.ts";
import { columnType, trinoType } from "./column-types.ts";
import { QueryFailure } from "./query-failure.ts";
import type { Session } from "./session.ts";
import type { Assignment } from "./sql/assignments.ts";

/** @throws QueryFailure `TYPE_MISMATCH` where Trino asks for a CAST, and DuckDB makes it itself. */
export async function checkTypes(
  session: Session,
  table: LiveTable,
  assignments: readonly Assignment[],
): Promise<void> {
  for (const { columns, query } of assignments) {
    const targets = (columns ?? table.fields.map(({ name }) => name)).map((name) => columnTypeOf(table, name));
    const statement = await session.connection.prepare(query);
    try {
      const sources = Array.from({ length: statement.columnCount }, (_, index) => {
        return columnType(statement.columnType(index)).trino;
      });
      if (
        sources.length !== targets.length ||
        targets.some((target, index) => !coerces(sources[index] ?? "", target))
      ) {
        const types = `Table: [${targets.join(", ")}], Query: [${sources.join(", ")}]`;
        throw new QueryFailure("TYPE_MISMATCH", `Insert query has mismatched column types: ${types}`);
      }
    } finally {
      statement.destroySync();
    }
  }
}

function columnTypeOf(table: LiveTable, column: string): string {
  const field = table.fields.find(({ name }) => name.toLowerCase() === column);
  if (field === undefined) {
    throw new QueryFailure("COLUMN_NOT_FOUND", `Column '${column}' is not in table ${table.database}.${table.name}`);
  }
  return trinoType(parseIcebergType(field.type));
}
