import type { WriteLine } from "./output.ts";

/** What a line says besides its message. Never a message's body or anything taken from it. */
export type LogFields = Readonly<Record<string, unknown>>;

type LogLevel = "INFO" | "WARN" | "ERROR";

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log, with these fields on every line. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  write: WriteLine;
  /** Epoch milliseconds. */
  now(): number;
  /** On every line. */
  fields: LogFields;
}

/**
 * One JSON object a line. `timestamp` (RFC 3339) and `level` are named as Lambda's log-level filter reads them
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html).
 *
 * A line has 60,000 bytes at most, whatever a function was given. What makes it longer is cut, and says how long it was;
 * where that does not suffice, the line tells its message and leaves out its fields.
 */
export function createLog({ write, now, fields }: LogOptions): Log {
  const line = (level: LogLevel) => (message: string, more?: LogFields) =>
    write(lineOf({ timestamp: new Date(now()).toISOString(), level, message }, fields, more));
  return {
    info: line("INFO"),
    warn: line("WARN"),
    error: line("ERROR"),
    with: (more) => createLog({ write, now, fields: { ...fields, ...more } }),
  };
}

/**
 * CloudWatch Logs takes an event of 1 MB (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html),
 * but Lambda reads a function's output from a pipe, which takes 64 KiB in one piece, and was seen to make several events
 * of a longer line [?].
 */
const MOST_BYTES = 60_000;

/** Characters that are left of a text, and entries that are left of a list or an object, of a line that was too long. */
const TEXT_LEFT = 1000;
const ENTRIES_LEFT = 100;

/** A line must not fail what it tells of, and its fields may come from an event: with any length, and any depth. */
function lineOf(head: LogFields, always: LogFields, more: LogFields | undefined): string {
  const whole = { ...head, ...always, ...more };
  const line = json(whole);
  if (line !== undefined && isShort(line)) return line;
  const instead = { fields: `not written: ${line === undefined ? "they have no JSON" : `${line.length} characters`}` };
  const shorter = [whole, { ...head, ...always, ...instead }].map((fields) => json(fields, cut));
  return shorter.find((text) => text !== undefined && isShort(text)) ?? JSON.stringify({ ...head, ...instead }, cut);
}

function isShort(line: string): boolean {
  return Buffer.byteLength(line) <= MOST_BYTES;
}

/** @returns undefined where it has none: JSON.parse reads deeper than JSON.stringify can write. */
function json(value: LogFields, replacer?: typeof cut): string | undefined {
  try {
    return JSON.stringify(value, replacer);
  } catch {
    return undefined;
  }
}

function cut(_key: string, value: unknown): unknown {
  if (typeof value === "string") return cutText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    if (value.length <= ENTRIES_LEFT) return value;
    return [...value.slice(0, ENTRIES_LEFT), `… (${value.length} in all)`];
  }
  const entries = Object.entries(value);
  const left = entries.slice(0, ENTRIES_LEFT).map(([key, inner]) => [cutText(key), inner]);
  if (left.length < entries.length) left.push(["…", `${entries.length} in all`]);
  return Object.fromEntries(left);
}

function cutText(text: string): string {
  return text.length > TEXT_LEFT ? `${text.slice(0, TEXT_LEFT)}… (${text.length} characters)` : text;
}
