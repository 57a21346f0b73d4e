import { InvalidArgumentError } from "commander";

const MINUTES = { m: 1, h: 60, d: 24 * 60 } as const;

/** Reads `90m`, `2h` or `1d`. @returns minutes; undefined for anything else, and for none at all. */
export function minutesIn(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const minutes = Number(number) * MINUTES[unit as keyof typeof MINUTES];
  return minutes > 0 ? minutes : undefined;
}

/** The same of an option. @throws InvalidArgumentError where it is no duration. */
export function duration(text: string): number {
  const minutes = minutesIn(text);
  if (minutes === undefined) {
    throw new InvalidArgumentError("It must be a whole number of minutes, hours or days above 0: 90m, 2h or 1d.");
  }
  return minutes;
}
