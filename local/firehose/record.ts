import { isUtf8 } from "node:buffer";
import type { Row } from "../tables/store.ts";
import type { Failure } from "./types.ts";

/** AWS says that such a record goes to the error bucket, not under which code [?]. */
const NOT_ONE_OBJECT = "Iceberg.InvalidJson";

/**
 * Reads a record as a row: one JSON object
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-considerations.html), which passes `check`.
 *
 * @param data Base64.
 */
export function readRecord(
  data: string,
  check: (row: Row) => Failure | undefined,
): { row: Row } | { failure: Failure } {
  const text = Buffer.from(data, "base64").toString();
  // The decoder puts this sign wherever the bytes are no UTF-8.
  if (text.includes("\uFFFD") && !isUtf8(Buffer.from(data, "base64"))) return invalid("it is not UTF-8");
  const row = parsed(text);
  if (!row) return invalid("it is not one JSON object");
  const failure = check(row);
  if (!failure) return { row };
  // An integer beyond 2^53 fails the check as a number: only then is the slower, exact reading needed.
  const exact = JSON.parse(text, exactInteger) as Row;
  const exactFailure = check(exact);
  return exactFailure ? { failure: exactFailure } : { row: exact };
}

function parsed(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON.parse hands a reviver the number's own text (https://tc39.es/proposal-json-parse-with-source/). */
function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? "") ? BigInt(context?.source ?? "") : value;
}

function invalid(rule: string): { failure: Failure } {
  return { failure: { code: NOT_ONE_OBJECT, message: `The record cannot be read: ${rule}` } };
}
