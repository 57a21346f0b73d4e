import type { FunctionName, Names } from "../../settings/names.ts";
import type { Alarm } from "../alarm.ts";
import { lambdaMetric } from "../metrics.ts";

export const MINUTE_SECONDS = 60;
export const FIVE_MINUTES_SECONDS = 300;
export const HOUR_SECONDS = 3600;

/** Something happened that should not happen at all. */
export const ANY = { comparison: "GreaterThanOrEqualToThreshold", threshold: 1 } as const;

/** A function throws, crashes or times out. */
export function errorsOf(
  names: Names,
  functionName: FunctionName,
  alarm: Pick<Alarm, "description" | "periodSeconds" | "periods"> & { name?: string },
): Alarm {
  return {
    name: `${functionName}-errors`,
    watched: lambdaMetric(names, functionName, "Errors", "Sum"),
    ...ANY,
    ...alarm,
  };
}
