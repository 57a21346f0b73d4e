import type { FunctionName, Names } from "../../settings/names.ts";
import type { Alarm } from "../alarm.ts";
import { lambdaMetric, type Metric } from "../metrics.ts";

export const MINUTE_SECONDS = 60;
export const FIVE_MINUTES_SECONDS = 300;
export const HOUR_SECONDS = 3600;

/** Something happened that should not happen at all. */
export const ANY = { comparison: "GreaterThanOrEqualToThreshold", threshold: 1 } as const;

/**
 * What should tell something in every period has told nothing in so many.
 *
 * Where data points are missing, an alarm looks further back than its periods, for as many as they are, and takes what was
 * told long before for the last of them: by two periods more, in AWS's example of three
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html). So the missing ones are
 * made zeros. Whether those are made of a metric without any value, AWS does not say [?]: there missing is as bad as zero.
 */
export function silenceOf(
  metric: Metric,
  periods: number,
): Pick<Alarm, "watched" | "comparison" | "threshold" | "periods" | "missing"> {
  return {
    watched: { expression: "FILL(told, 0)", metrics: { told: { ...metric, statistic: "SampleCount" } } },
    comparison: "LessThanThreshold",
    threshold: 1,
    periods: [periods, periods],
    missing: "breaching",
  };
}

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
