import { type LakeColumn, SEMANTIC_ENVELOPE } from "../../common/lake-topic.ts";
import { ddlName } from "./text.ts";

/** A column as Glue has it. */
export interface TableColumn {
  name: string;
  /** In Hive's words: `decimal(18,2)`. */
  type: string;
}

/** A topic whose tables cannot become what its settings say: nothing of it runs. */
export class SchemaRefusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Statements that give a SEMANTIC table its declared columns: new ones are added, and types are widened where Iceberg can
 * (https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html). A column that is declared
 * no longer stays, and new rows have NULL in it.
 *
 * @param existing of the table now.
 */
export function alterations(
  topic: string,
  table: { database: string; name: string },
  existing: readonly TableColumn[],
  declared: readonly LakeColumn[],
): string[] | SchemaRefusal {
  const types = new Map(existing.map((column) => [column.name, normalized(column.type)]));
  const alter = `ALTER TABLE ${ddlName(table.database)}.${ddlName(table.name)}`;
  const added: string[] = [];
  const changed: string[] = [];
  const refused: string[] = [];
  for (const { name, type } of declared) {
    const from = types.get(name);
    const to = normalized(type);
    if (from === undefined) added.push(`${ddlName(name)} ${to}`);
    else if (from !== to && isPromotion(from, to))
      changed.push(`${alter} CHANGE COLUMN ${ddlName(name)} ${ddlName(name)} ${to}`);
    else if (from !== to)
      refused.push(`the column ${name} is ${from} in ${table.database}.${table.name} and ${to} in the settings`);
  }
  if (refused.length > 0) return new SchemaRefusal(`topic ${topic}: ${refused.join("; ")}: ${PROMOTIONS}`);
  return added.length === 0 ? changed : [`${alter} ADD COLUMNS (${added.join(", ")})`, ...changed];
}

/** The columns of SEMANTIC, and of its view, once it is altered. */
export function columnsAfter(existing: readonly TableColumn[], declared: readonly LakeColumn[]): string[] {
  const envelope = SEMANTIC_ENVELOPE.map((column) => column.name);
  return [...new Set([...envelope, ...existing.map(({ name }) => name), ...declared.map(({ name }) => name)])];
}

const PROMOTIONS =
  "Iceberg changes int to bigint, float to double, and a decimal to one of more digits and the same scale; " +
  "give the column another name, or its old type";

function isPromotion(from: string, to: string): boolean {
  if ((from === "int" && to === "bigint") || (from === "float" && to === "double")) return true;
  const [before, after] = [DECIMAL.exec(from), DECIMAL.exec(to)];
  return before !== null && after !== null && before[2] === after[2] && Number(after[1]) > Number(before[1]);
}

const DECIMAL = /^decimal\((\d+),(\d+)\)$/;

function normalized(type: string): string {
  return type.toLowerCase().replaceAll(/\s/g, "");
}
