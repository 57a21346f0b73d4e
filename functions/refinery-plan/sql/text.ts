/** An identifier in Trino's SQL: https://trino.io/docs/current/language/reserved.html#language-identifiers */
export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** An identifier in Hive's DDL, which Athena has for columns: https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html */
export function ddlName(identifier: string): string {
  return `\`${identifier.replaceAll("`", "``")}\``;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function table(database: string, identifier: string): string {
  return `${name(database)}.${name(identifier)}`;
}

/** Each on a line of its own. */
export function lines(parts: readonly string[], indent = "  "): string {
  return parts.map((part) => `${indent}${part}`).join(",\n");
}
