/** A row by column name, as parsed from JSON. */
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
  index: number;
  code: string;
  message: string;
}
