import type { MetricQuery } from "./metric-query.ts";
import type { QuerySet } from "./query-set.ts";

export const ALARM_STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;

export type AlarmState = (typeof ALARM_STATES)[number];

export const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;

export type Comparison = (typeof COMPARISONS)[number];

export const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** What missing data points are taken for: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
export type Treatment = (typeof TREATMENTS)[number];

/** An alarm of one stack. */
export interface AlarmConfiguration {
  name: string;
  arn: string;
  description: string | undefined;
  actionsEnabled: boolean;
  /** ARNs of the topics that are told when the alarm comes into a state. */
  actions: Readonly<Record<AlarmState, readonly string[]>>;
  watched: Watched;
  /** Of the watched query: a multiple of 60. */
  periodSeconds: number;
  comparison: Comparison;
  threshold: number;
  /** N of "M out of N". */
  evaluationPeriods: number;
  /** M of "M out of N". */
  datapointsToAlarm: number;
  treatMissingData: Treatment;
}

export interface Watched {
  /** As the resource has them: one metric alone, or several queries. */
  queries: readonly MetricQuery[];
  /** Whether the resource names its metric itself, without queries. */
  isSingleMetric: boolean;
  set: QuerySet;
  /** Of the query whose result is compared with the threshold. */
  id: string;
  /** Whether that is a time series for each value of some label, each with a state of its own. */
  isGrouped: boolean;
}
