import { refusedSql } from "../refusals.ts";
import type { Script } from "./script.ts";

/** The Glue data catalog's name in Athena. Names of catalogs, databases and tables are the same in every case. */
export const CATALOG = "awsdatacatalog";

/** A name in a statement; the database is the query's own where it is undefined. */
export interface ObjectName {
  database: string | undefined;
  name: string;
}

/** The name that begins at a token, and the token after it. */
export function readName(script: Script, from: number): { parts: string[]; next: number } {
  const parts: string[] = [];
  let at = from;
  while (script.isName(at) || script.tokens[at]?.kind === "backquoted") {
    parts.push((script.tokens[at]?.value ?? "").toLowerCase());
    at++;
    if (!script.is(at, ".") || parts.length === 3) break;
    at++;
  }
  return { parts, next: at };
}

/** @throws AwsError `InvalidRequestException` for no name, or one in another catalog. */
export function objectName(parts: readonly string[]): ObjectName {
  const [name, database, catalog] = parts.toReversed();
  if (name === undefined) throw refusedSql("a table's or a view's name is missing");
  if (catalog !== undefined && catalog !== CATALOG) throw refusedSql(`the local cloud has no catalog ${catalog}`);
  return { database, name };
}

/** Everything in a statement that may be the name of a table: a superset of those that it reads. */
export function mentionedNames(script: Script): ObjectName[] {
  const mentioned: ObjectName[] = [];
  for (let at = 0; at < script.tokens.length; at++) {
    if (!script.isName(at)) continue;
    const { parts, next } = readName(script, at);
    const [name = "", database] = parts.toReversed();
    mentioned.push({ database, name });
    at = Math.max(at, next - 1);
  }
  return mentioned;
}
