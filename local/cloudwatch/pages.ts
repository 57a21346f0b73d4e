import { invalidNextToken } from "./errors.ts";

/** A part of a list, and where the next one begins. */
export interface Page<T> {
  items: T[];
  nextToken: string | undefined;
}

/**
 * A page by keys, so that none is missed or shown twice.
 *
 * @param items In the order of their keys.
 * @throws AwsError `InvalidNextToken`
 */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => string, size: number, token?: string): Page<T> {
  const after = token === undefined ? "" : readToken(token);
  const rest = items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { items: page, nextToken: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}

function readToken(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (token === "" || Buffer.from(key).toString("base64url") !== token) throw invalidNextToken();
  return key;
}
