import type { Table, TableStore } from "../tables/store.ts";
import type { Fault, FaultParts } from "./fault.ts";

/**
 * Firehose finds a row's table with columns of other types, and so refuses the row. The rate is the share of rows:
 * Firehose looks the table up for each one.
 */
export function schemaMismatch({ trigger }: FaultParts): Fault {
  return { tables: (tables) => new ChangedTables(tables, () => trigger.strikes()) };
}

class ChangedTables implements TableStore {
  readonly #tables: TableStore;
  readonly #strikes: () => boolean;
  /** One for each table: Firehose keeps what it makes of a table. */
  readonly #changed = new Map<Table, Table>();

  constructor(tables: TableStore, strikes: () => boolean) {
    this.#tables = tables;
    this.#strikes = strikes;
  }

  find(database: string, name: string): Table | undefined {
    const table = this.#tables.find(database, name);
    return table !== undefined && this.#strikes() ? this.#change(table) : table;
  }

  /** A row of nothing but nulls fits the changed table too. */
  insert(table: Table, rows: Parameters<TableStore["insert"]>[1]): Promise<void> {
    return this.#tables.insert(this.#tables.find(table.database, table.name) ?? table, rows);
  }

  #change(table: Table): Table {
    const known = this.#changed.get(table);
    if (known !== undefined) return known;
    const columns = table.columns.map((column) => ({ ...column, type: otherType(column.type) }));
    const changed = { ...table, columns };
    this.#changed.set(table, changed);
    return changed;
  }
}

/** One that takes no value of the given type. */
function otherType(type: string): string {
  return type === "boolean" ? "string" : "boolean";
}
