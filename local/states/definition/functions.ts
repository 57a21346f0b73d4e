import { createHash, randomUUID } from "node:crypto";
import type { Expression } from "jsonata";

/** https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html: at most 1,000 elements. */
const MAX_RANGE = 1_000;

const HASHES: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

interface OwnFunction {
  /** https://docs.jsonata.org/embedding-extending#function-signature-syntax */
  signature: string;
  run(...values: never[]): unknown;
}

/**
 * What Step Functions adds to JSONata (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), but
 * `$random` with a seed.
 */
export const OWN_FUNCTIONS: Readonly<Record<string, OwnFunction>> = {
  parse: { signature: "<s:x>", run: (text?: string) => (text === undefined ? undefined : JSON.parse(text)) },
  partition: { signature: "<an:a>", run: partition },
  range: { signature: "<nnn:a>", run: range },
  hash: { signature: "<xs:s>", run: hash },
  uuid: { signature: "<:s>", run: () => randomUUID() },
};

export function addOwnFunctions(expression: Expression): void {
  for (const [name, { run, signature }] of Object.entries(OWN_FUNCTIONS)) {
    expression.registerFunction(name, run as (...values: unknown[]) => unknown, signature);
  }
}

function partition(values: readonly unknown[], size: number): unknown[] {
  if (!Number.isInteger(size) || size < 1) throw new Error(`the size of a partition must be 1 or more, is ${size}`);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

/** Both ends are in it. */
function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0) {
    throw new Error(`a range takes whole numbers and a step other than 0, not ${first}, ${last}, ${step}`);
  }
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) throw new Error(`a range has at most ${MAX_RANGE} elements, this one ${length}`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function hash(data: unknown, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined) throw new Error(`${algorithm} is none of ${Object.keys(HASHES).join(", ")}`);
  return createHash(name)
    .update(typeof data === "string" ? data : JSON.stringify(data))
    .digest("hex");
}
