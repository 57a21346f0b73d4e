import { type GetTables, readDatabase } from "../refinery-plan/catalog.ts";
import type { Left } from "../refinery-plan/progress.ts";
import { rejectedName, tableName } from "../refinery-plan/sql/tables.ts";

/** @returns what the tables of a topic are after the run; undefined where one of them is none of Iceberg's. */
export async function readLeft(
  getTables: GetTables,
  { curated, semantic }: { curated: string; semantic: string },
): Promise<(topic: string) => Left | undefined> {
  const [curatedTables, semanticTables] = await Promise.all([
    readDatabase(getTables, curated),
    readDatabase(getTables, semantic),
  ]);
  return (topic) => {
    const left = {
      curated: curatedTables.get(tableName(topic))?.metadataLocation,
      semantic: semanticTables.get(tableName(topic))?.metadataLocation,
      rejected: semanticTables.get(rejectedName(topic))?.metadataLocation,
    };
    const isWhole = left.curated !== undefined && left.semantic !== undefined && left.rejected !== undefined;
    return isWhole ? (left as Left) : undefined;
  };
}
