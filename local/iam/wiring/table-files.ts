import { ofType, type StackGraph } from "../../graph/types.ts";

/** A table and where its files are. */
export interface TableFiles {
  database: string;
  table: string;
  bucketArn: string;
  /** Of any file of the table. */
  objectArn: string;
}

/** @param layer The tables whose database's name ends with it; by default all. */
export function tableFilesOf(graph: StackGraph, layer?: string): TableFiles[] {
  return ofType(graph, "aws:glue/catalogTable:CatalogTable").flatMap(({ inputs, state }) => {
    const database = String(inputs.databaseName);
    if (layer !== undefined && !database.endsWith(`_${layer}`)) return [];
    const location = /^s3:\/\/([^/]+)\/(.*?)\/?$/.exec(locationOf(inputs.openTableFormatInput));
    if (location === null) return [];
    const [, bucket = "", prefix = ""] = location;
    const bucketArn = `arn:aws:s3:::${bucket}`;
    return [{ database, table: String(state.name), bucketArn, objectArn: `${bucketArn}/${prefix}/data/file.parquet` }];
  });
}

function locationOf(input: unknown): string {
  const { icebergInput } = (input ?? {}) as { icebergInput?: { icebergTableInput?: { location?: unknown } } };
  return String(icebergInput?.icebergTableInput?.location ?? "");
}
