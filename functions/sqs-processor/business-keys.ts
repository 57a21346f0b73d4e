import { type JsonScanner, type ScannedValue, Shape } from "./json-scan.ts";

/** A value, and the scanner that holds its text. */
export interface Located {
  scanner: JsonScanner;
  value: ScannedValue;
}

/** Where a key may stand in `_metadata` and at the top level, the first name before the second. */
interface KeyNames {
  metadata: readonly [string, string];
  topLevel: readonly [string, string];
}

const IDEMPOTENCY_KEY: KeyNames = {
  metadata: ["idempotencyKeyResource", "idempotency_key"],
  topLevel: ["idempotencyKey", "idempotency_key"],
};
const PERIOD_REFERENCE: KeyNames = {
  metadata: ["periodReference", "period_reference"],
  topLevel: ["periodReference", "period_reference"],
};
const CORRELATION_ID: KeyNames = {
  metadata: ["correlationId", "correlation_id"],
  topLevel: ["correlationId", "correlation_id"],
};
const ALL = [IDEMPOTENCY_KEY, PERIOD_REFERENCE, CORRELATION_ID];

/** What an object that may carry business keys is scanned for. */
export const CARRIER_KEYS: Readonly<Record<string, Shape | undefined>> = {
  ...wanted(ALL.flatMap(({ topLevel }) => topLevel)),
  _metadata: new Shape(wanted(ALL.flatMap(({ metadata }) => metadata))),
};

function wanted(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Each as a JSON string, or `null`. */
export interface BusinessKeys {
  idempotencyKey: string;
  periodReference: string;
  correlationId: string;
}

/**
 * The business keys that a message carries. They are looked for in each carrier's `_metadata`, then at each carrier's
 * top level. A string counts, the empty one too; a number counts as its own digits; anything else is as if absent.
 *
 * @param carriers The payload, then the body around it.
 */
export function businessKeys(carriers: readonly Located[]): BusinessKeys {
  return {
    idempotencyKey: find(IDEMPOTENCY_KEY, carriers),
    periodReference: find(PERIOD_REFERENCE, carriers),
    correlationId: find(CORRELATION_ID, carriers),
  };
}

function find({ metadata, topLevel }: KeyNames, carriers: readonly Located[]): string {
  for (const { scanner, value } of carriers) {
    const found = firstOf(metadata, scanner, value.members?.get("_metadata"));
    if (found !== undefined) return found;
  }
  for (const { scanner, value } of carriers) {
    const found = firstOf(topLevel, scanner, value);
    if (found !== undefined) return found;
  }
  return "null";
}

function firstOf(names: readonly string[], scanner: JsonScanner, place: ScannedValue | undefined): string | undefined {
  for (const name of names) {
    const value = place?.members?.get(name);
    const token = value && stringToken(scanner, value);
    if (token !== undefined) return token;
  }
  return undefined;
}

/** A string's own token, or a number's between quotes; undefined for what is neither, or holds a lone surrogate. */
export function stringToken(scanner: JsonScanner, value: ScannedValue): string | undefined {
  if (value.kind === "number") return `"${scanner.text(value)}"`;
  return value.kind === "string" && scanner.content(value).isWellFormed() ? scanner.text(value) : undefined;
}
