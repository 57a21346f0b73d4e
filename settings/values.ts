import { z } from "zod";

/** What a reader of the documentation wants to know of a setting besides its type, range and default. */
export interface SettingMeta {
  description: string;
  unit?:
    | "seconds"
    | "minutes"
    | "days"
    | "MB"
    | "MiB"
    | "GB"
    | "messages"
    | "receives"
    | "executions"
    | "topics"
    | "queries"
    | "zones"
    | "percent";
  /** The default in words, where it is derived from another setting. */
  derived?: string;
  /** AWS's page for the range or the rule. */
  page?: string;
}

export const AWS = "https://docs.aws.amazon.com";

/** A mapping of exactly these keys; any other is an error. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `is not a setting; there are: ${keys}` : `must be a mapping of ${keys}`,
  });
}

/** @param reason why a limit is not AWS's own. */
export function whole(minimum: number, maximum: number, reason?: string) {
  const rule = because(`must be a whole number from ${minimum} to ${maximum}`, reason);
  return z.int({ error: rule }).min(minimum, rule).max(maximum, rule);
}

/** @param reason why a limit is not AWS's own. */
export function decimal(minimum: number, maximum: number, reason?: string) {
  const rule = because(`must be a number from ${minimum} to ${maximum}`, reason);
  return z.number({ error: rule }).min(minimum, rule).max(maximum, rule);
}

/** @param what What the text must be. */
export function matching(pattern: RegExp, what: string) {
  return z.string({ error: `must be ${what}` }).regex(pattern, `must be ${what}`);
}

function because(rule: string, reason: string | undefined): string {
  return reason === undefined ? rule : `${rule}: ${reason}`;
}

export function choice<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}
