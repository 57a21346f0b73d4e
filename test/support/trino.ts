import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

interface Parser {
  validate(sql: string): { message: string; startLine: number; startColumn: number }[];
}

/** dt-sql-parser's modules name each other without their endings, which Node.js does not load: so as one bundle. */
const SOURCE = `
export { TrinoSQL } from "dt-sql-parser/dist/parser/trino/index.js";
export { HiveSQL } from "dt-sql-parser/dist/parser/hive/index.js";
`;

let parsers: Promise<{ trino: Parser; hive: Parser }> | undefined;

async function load(): Promise<{ trino: Parser; hive: Parser }> {
  const directory = await mkdtemp(join(tmpdir(), "lean-ops-sql-"));
  try {
    const outfile = join(directory, "parsers.mjs");
    await build({
      stdin: { contents: SOURCE, resolveDir: import.meta.dirname },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const { TrinoSQL, HiveSQL } = await import(pathToFileURL(outfile).href);
    return { trino: new TrinoSQL(), hive: new HiveSQL() };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function problems(language: "trino" | "hive", sql: string): Promise<string[]> {
  parsers ??= load();
  const parser = (await parsers)[language];
  return parser.validate(sql).map(({ message, startLine, startColumn }) => `${startLine}:${startColumn} ${message}`);
}

/** What is wrong with a statement as Trino's grammar has it; nothing for one that Athena can parse. */
export function trinoProblems(sql: string): Promise<string[]> {
  return problems("trino", sql);
}

/** The same for a statement that changes a table's columns, which Athena takes in Hive's DDL. */
export function hiveProblems(sql: string): Promise<string[]> {
  return problems("hive", sql);
}
