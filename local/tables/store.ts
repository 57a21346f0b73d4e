/** A row by column name, as parsed from JSON; integers beyond 2^53 as bigint, so that they stay exact. */
export type Row = Record<string, unknown>;

export interface Column {
  name: string;
  /** Iceberg type: `string`, `long`, `timestamp`, … */
  type: string;
  required: boolean;
}

export interface Table {
  database: string;
  name: string;
  columns: readonly Column[];
}

/** Why Firehose refuses a row, by its own error code (for example `Iceberg.MissingColumnWithinRecord`). */
export interface RowError {
  code: string;
  message: string;
}

/** What Firehose needs of the tables. */
export interface TableStore {
  find(database: string, name: string): Table | undefined;
  /** Inserts all rows or none. The rows have passed the row check; keys that are not columns are skipped. */
  insert(table: Table, rows: readonly Row[]): Promise<void>;
}
