const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 60 * 60_000, day: 24 * 60 * 60_000 };

/**
 * The period of a rate expression, `rate(15 minutes)`, in milliseconds
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 *
 * @throws Error for any other expression: the local cloud has no calendar.
 */
export function ratePeriod(expression: string): number {
  const [, value = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(value) * (UNITS[unit] ?? 0);
  if (period > 0) return period;
  throw new Error(`the local cloud has rate(VALUE minutes|hours|days) only, not ${expression}`);
}
