import type { ColumnType } from "./column-types.ts";
import { invalidRequest } from "./refusals.ts";

export interface ResultColumn {
  name: string;
  type: ColumnType;
}

/** Printed values; null for null. */
export type ResultRow = readonly (string | null)[];

/** A query's result, as GetQueryResults pages through it: the header is the first row of a SELECT's first page. */
export interface Result {
  columns: readonly ResultColumn[];
  rows: readonly ResultRow[];
  updateCount: number | undefined;
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html */
export const MAX_PAGE_ROWS = 1000;

/** One page of GetQueryResults. */
export function resultPage(result: Result, isSelect: boolean, size: number, token: string | undefined): unknown {
  const header = isSelect ? [result.columns.map(({ name }) => name)] : [];
  const rows: readonly ResultRow[] = [...header, ...result.rows];
  const start = token === undefined ? 0 : readToken(token, rows.length);
  const end = start + size;
  return {
    ...(result.updateCount === undefined ? {} : { UpdateCount: result.updateCount }),
    ResultSet: {
      Rows: rows.slice(start, end).map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
      })),
      ResultSetMetadata: { ColumnInfo: result.columns.map(columnInfo) },
    },
    ...(end < rows.length ? { NextToken: Buffer.from(`row ${end}`).toString("base64") } : {}),
  };
}

/** A SELECT's result as Athena writes it to S3: every value quoted, null as nothing at all. */
export function csvOf({ columns, rows }: Result): string {
  const lines = [columns.map(({ name }) => name), ...rows].map((row) =>
    row.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(","),
  );
  return `${lines.join("\n")}\n`;
}

function columnInfo({ name, type }: ResultColumn): unknown {
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: type.athena,
    Precision: type.precision,
    Scale: type.scale,
    Nullable: "UNKNOWN",
    CaseSensitive: type.athena === "varchar",
  };
}

function readToken(token: string, rows: number): number {
  const row = /^row (\d+)$/.exec(Buffer.from(token, "base64").toString())?.[1];
  if (row === undefined || Number(row) >= rows) throw invalidRequest("Invalid pagination token");
  return Number(row);
}
