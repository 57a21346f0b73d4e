import type { AlarmConfiguration, AlarmState, Comparison } from "./alarm-configuration.ts";

type Rule = Pick<
  AlarmConfiguration,
  "comparison" | "threshold" | "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData"
>;

/** What a series of data points makes of an alarm. */
export interface Verdict {
  /** Undefined: it stays what it is. */
  state: AlarmState | undefined;
  /** The data points that were looked at, by their places, the newest first. */
  evaluated: readonly number[];
  /** How many more were needed, and taken for what the alarm says of missing data. */
  filled: number;
}

/**
 * How many data points are looked at, at most. AWS says that it depends, and shows 5 where 3 are evaluated; here it is
 * always two more [?].
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

export function isBreaching(value: number, { comparison, threshold }: Pick<Rule, "comparison" | "threshold">): boolean {
  return COMPARE[comparison](value, threshold);
}

const COMPARE: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * "How alarm state is evaluated when data is missing" in
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: the newest data points
 * count, however far back in the range they are; only where they are too few missing ones are filled in.
 *
 * @param values The evaluation range, oldest first.
 */
export function verdictOn(values: readonly (number | undefined)[], rule: Rule): Verdict {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const there = [...values.keys()].filter((index) => values[index] !== undefined).reverse();
  const evaluated = there.slice(0, evaluationPeriods);
  const filled = evaluationPeriods - evaluated.length;
  const breaching = evaluated.filter((index) => isBreaching(values[index] as number, rule));
  const counted = breaching.length + (treatMissingData === "breaching" ? filled : 0);
  if (counted >= datapointsToAlarm) return { state: "ALARM", evaluated, filled };
  if (filled === 0 || treatMissingData === "breaching" || treatMissingData === "notBreaching") {
    return { state: "OK", evaluated, filled };
  }
  return { state: stateWithoutFilling(values.length, evaluated, breaching, rule), evaluated, filled };
}

/** Of missing data that is missing, or ignored, where fewer data points breach the threshold than make an alarm. */
function stateWithoutFilling(
  range: number,
  evaluated: readonly number[],
  breaching: readonly number[],
  { datapointsToAlarm, treatMissingData }: Rule,
): AlarmState | undefined {
  if (breaching.length < evaluated.length) return "OK";
  const oldest = breaching.at(-1);
  if (oldest === undefined) return treatMissingData === "missing" ? "INSUFFICIENT_DATA" : undefined;
  // "alarms are designed to always go into ALARM state when the oldest available breaching datapoint […] is at least as
  // old as the value of Datapoints to Alarm, and all other more recent data points are breaching or missing". AWS's own
  // examples agree with it only where no older data point is within the threshold [?].
  if (range - oldest >= datapointsToAlarm && treatMissingData === "missing") return "ALARM";
  // "the alarm does not go immediately into ALARM state": into which other, AWS does not say; it stays in its own [?].
  return undefined;
}
