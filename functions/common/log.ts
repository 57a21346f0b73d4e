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
 */
export function createLog({ write, now, fields }: LogOptions): Log {
  const line = (level: LogLevel) => (message: string, more?: LogFields) =>
    write(lineOf({ timestamp: new Date(now()).toISOString(), level, message, ...fields }, more));
  return {
    info: line("INFO"),
    warn: line("WARN"),
    error: line("ERROR"),
    with: (more) => createLog({ write, now, fields: { ...fields, ...more } }),
  };
}

/** A line must not fail what it tells of: an event may be nested deeper than JSON.stringify reaches. */
function lineOf(known: LogFields, more: LogFields | undefined): string {
  try {
    return JSON.stringify({ ...known, ...more });
  } catch {
    return JSON.stringify({ ...known, fields: "not written: they have no JSON" });
  }
}
