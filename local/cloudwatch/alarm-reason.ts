import type { AlarmConfiguration, AlarmState, Comparison, Treatment } from "./alarm-configuration.ts";
import { alarmTime, reasonTime } from "./alarm-times.ts";
import { isBreaching } from "./alarm-verdict.ts";

/** A data point that an alarm looked at. */
export interface DataPoint {
  /** Epoch milliseconds at which its period begins. */
  timestamp: number;
  value: number;
}

/** What an alarm found: its data points, the newest first, and how many missing ones it made up for. */
export interface Findings {
  points: readonly DataPoint[];
  filled: number;
}

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

const TREATED_AS: Partial<Record<Treatment, string>> = { breaching: "[Breaching]", notBreaching: "[NonBreaching]" };

/**
 * `StateReason`, in CloudWatch's own words where its notifications show them
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Acting_Alarm_Changes.html); where data points are
 * missing in part, and of the plural, they are a guess [?].
 */
export function stateReason(alarm: AlarmConfiguration, state: AlarmState, { points, filled }: Findings): string {
  const { evaluationPeriods, datapointsToAlarm, threshold, comparison, treatMissingData } = alarm;
  if (state === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${counted(filled, "datapoint")} ${filled === 1 ? "was" : "were"} unknown.`;
  }
  const treatedAs = filled > 0 ? TREATED_AS[treatMissingData] : undefined;
  const missing = `${counted(filled, "missing datapoint")} ${filled === 1 ? "was" : "were"} treated as ${treatedAs}`;
  if (points.length === 0) {
    const periods = counted(evaluationPeriods, "period");
    return `Threshold Crossed: no datapoints were received for ${periods} and ${missing}.`;
  }
  const named = points.filter(({ value }) => isBreaching(value, alarm) === (state === "ALARM"));
  const list = named.map(({ value, timestamp }) => `${decimal(value)} (${reasonTime(timestamp)})`).join(", ");
  const verb = `${named.length === 1 ? "was" : "were"}${state === "ALARM" ? "" : " not"}`;
  const found = `${named.length} out of the last ${counted(points.length, "datapoint")} [${list}] ${verb} ${WORDS[comparison]} the threshold (${decimal(threshold)})`;
  if (treatedAs !== undefined) return `Threshold Crossed: ${found} and ${missing}.`;
  const minimum = state === "ALARM" ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = state === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  return `Threshold Crossed: ${found} (minimum ${counted(minimum, "datapoint")} for ${transition} transition).`;
}

/** `StateReasonData`: JSON text. */
export function stateReasonData(alarm: AlarmConfiguration, { points }: Findings, now: number): string {
  const { watched, periodSeconds, threshold } = alarm;
  const [query] = watched.queries;
  const oldest = points.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTime(now),
    ...(oldest === undefined ? {} : { startDate: alarmTime(oldest.timestamp) }),
    ...(watched.isSingleMetric && query !== undefined && "metric" in query ? { statistic: query.statistic } : {}),
    period: periodSeconds,
    recentDatapoints: points.map(({ value }) => value).reverse(),
    threshold,
    evaluatedDatapoints: points.map(({ timestamp, value }) => ({ timestamp: alarmTime(timestamp), value })),
  });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** CloudWatch writes `80.0` for 80. */
function decimal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? value.toFixed(1) : String(value);
}
