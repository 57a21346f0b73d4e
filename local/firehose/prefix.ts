import type { ErrorOutputType } from "./types.ts";

/** A prefix for failed records, ready to be evaluated. */
export interface ErrorPrefix {
  /** The expression as configured, or as AWS completes it. */
  template: string;
  /** @param oldestArrival Epoch milliseconds of the oldest record in the object; UTC. */
  evaluate(type: ErrorOutputType, oldestArrival: number): string;
}

const ERROR_OUTPUT_TYPE = "!{firehose:error-output-type}";
/** What AWS adds to a prefix that has no expressions. */
const DEFAULT_EXPRESSIONS = `${ERROR_OUTPUT_TYPE}/!{timestamp:yyyy/MM/dd/HH}/`;
const MAX_LENGTH = 512;
const RANDOM_LENGTH = 11;

/**
 * Reads the prefix of a stream's failed records (https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html).
 *
 * Without `errorOutputPrefix` AWS takes `prefix`, which then may hold no expressions, and adds the error type and the
 * hour. That it does the same to an `errorOutputPrefix` without expressions is seen in buckets, not documented [?].
 *
 * @throws Error that names the rule and the value.
 */
export function errorPrefix(errorOutputPrefix: string | undefined, prefix: string | undefined): ErrorPrefix {
  if (errorOutputPrefix === undefined && prefix?.includes("!{")) {
    throw new Error(`errorOutputPrefix is required when prefix has expressions: ${prefix}`);
  }
  const given = errorOutputPrefix ?? prefix ?? "";
  const template = given.includes("!{") ? given : given + DEFAULT_EXPRESSIONS;
  if (!template.includes(ERROR_OUTPUT_TYPE)) {
    throw new Error(`with expressions, errorOutputPrefix holds ${ERROR_OUTPUT_TYPE}: ${template}`);
  }
  const parts = template.split(/(!\{[^}]*\})/).map(readPart);
  const evaluate: ErrorPrefix["evaluate"] = (type, oldestArrival) => {
    return parts.map((part) => part(type, new Date(oldestArrival))).join("");
  };
  if (evaluate("processing-failed", 0).length > MAX_LENGTH) {
    throw new Error(`errorOutputPrefix has at most ${MAX_LENGTH} characters when evaluated: ${template}`);
  }
  return { template, evaluate };
}

type Part = (type: ErrorOutputType, time: Date) => string;

function readPart(text: string): Part {
  if (!text.includes("!{")) return () => text;
  if (text === ERROR_OUTPUT_TYPE) return (type) => type;
  if (text === "!{firehose:random-string}") return () => crypto.randomUUID().slice(0, RANDOM_LENGTH);
  const pattern = /^!\{timestamp:(.+)\}$/.exec(text)?.[1];
  if (pattern === undefined) {
    throw new Error(
      `errorOutputPrefix takes ${ERROR_OUTPUT_TYPE}, !{firehose:random-string} and !{timestamp:pattern}: ${text}`,
    );
  }
  return timestampPart(pattern);
}

const FIELDS: Readonly<Record<string, (time: Date) => string>> = {
  yyyy: (time) => String(time.getUTCFullYear()),
  MM: (time) => digits(time.getUTCMonth() + 1, 2),
  dd: (time) => digits(time.getUTCDate(), 2),
  DDD: (time) => digits(Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1, 3),
  HH: (time) => digits(time.getUTCHours(), 2),
  mm: (time) => digits(time.getUTCMinutes(), 2),
  ss: (time) => digits(time.getUTCSeconds(), 2),
};

/** A pattern of Java's DateTimeFormatter, of which only the usual fields are supported here. */
function timestampPart(pattern: string): Part {
  const fields = (pattern.match(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+/g) ?? []).map((token): Part => {
    if (token.startsWith("'")) return () => token.slice(1, -1) || "'";
    if (!/^[A-Za-z]/.test(token)) return () => token;
    const field = FIELDS[token];
    if (!field) {
      throw new Error(`the local Firehose knows the timestamp fields ${Object.keys(FIELDS).join(", ")}: ${token}`);
    }
    return (_type, time) => field(time);
  });
  return (type, time) => fields.map((field) => field(type, time)).join("");
}

/**
 * An S3 object's name after its prefix (https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html). The
 * version counts configuration changes; here a stream is never changed.
 */
export function objectSuffix(stream: string, oldestArrival: number, extension: string): string {
  const time = new Date(oldestArrival).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return `${stream}-1-${time}-${crypto.randomUUID()}${extension}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
