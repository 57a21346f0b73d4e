import type { AlarmConfiguration, AlarmState } from "./alarm-configuration.ts";
import { alarmTime } from "./alarm-times.ts";
import type { MetricQuery } from "./metric-query.ts";
import type { MetricId } from "./types.ts";

/** An alarm's change of state, or that of one of its contributors. */
export interface StateChange {
  alarm: AlarmConfiguration;
  from: AlarmState;
  to: AlarmState;
  reason: string;
  /** Epoch milliseconds. */
  at: number;
  /** Which time series it was, in an alarm on several. */
  contributor?: { id: string; attributes: Readonly<Record<string, string>> };
}

/** What a topic's subscribers get. */
export interface Notification {
  subject: string;
  /** JSON text. */
  message: string;
}

/** SNS names a region as this list does; others under their code [?]: https://docs.aws.amazon.com/general/latest/gr/cw_region.html */
const REGIONS: Readonly<Record<string, string>> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "eu-north-1": "EU (Stockholm)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "sa-east-1": "South America (Sao Paulo)",
};

/** SNS refuses a longer subject (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html); how CloudWatch shortens one is not known [?]. */
const MAX_SUBJECT = 100;

/**
 * The message that CloudWatch sends to a topic, with the fields of those that it really sent. AWS documents the similar
 * events of EventBridge only
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html), and what a
 * contributor's message looks like is a guess [?].
 *
 * @param configuredAt Epoch milliseconds at which the alarm was made.
 */
export function notificationOf(change: StateChange, configuredAt: number): Notification {
  const { alarm, from, to, reason, at, contributor } = change;
  const [, , , region = "", account = ""] = alarm.arn.split(":");
  const place = REGIONS[region] ?? region;
  return {
    subject: `${to}: "${alarm.name}" in ${place}`.slice(0, MAX_SUBJECT),
    message: JSON.stringify({
      AlarmName: alarm.name,
      AlarmDescription: alarm.description ?? null,
      AWSAccountId: account,
      AlarmConfigurationUpdatedTimestamp: alarmTime(configuredAt),
      NewStateValue: to,
      NewStateReason: reason,
      StateChangeTime: alarmTime(at),
      Region: place,
      AlarmArn: alarm.arn,
      OldStateValue: from,
      OKActions: alarm.actions.OK,
      AlarmActions: alarm.actions.ALARM,
      InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
      ...(contributor === undefined
        ? {}
        : { AlarmContributorId: contributor.id, AlarmContributorAttributes: contributor.attributes }),
      Trigger: trigger(alarm),
    }),
  };
}

function trigger(alarm: AlarmConfiguration): unknown {
  const [query] = alarm.watched.queries;
  const rule = {
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  if (!alarm.watched.isSingleMetric || query === undefined || !("metric" in query)) {
    return { ...rule, Metrics: alarm.watched.queries.map(queryOf) };
  }
  return {
    MetricName: query.metric.name,
    Namespace: query.metric.namespace,
    StatisticType: "Statistic",
    Statistic: query.statistic.toUpperCase(),
    Unit: null,
    Dimensions: dimensionsOf(query.metric),
    ...rule,
  };
}

function queryOf(query: MetricQuery): unknown {
  const { id: Id, label: Label, returnData: ReturnData } = query;
  const common = { Id, ...(Label === undefined ? {} : { Label }), ReturnData };
  if (!("metric" in query)) {
    const { expression: Expression, periodSeconds: Period } = query;
    return { Expression, ...common, ...(Period === undefined ? {} : { Period }) };
  }
  const { metric, periodSeconds: Period, statistic: Stat } = query;
  const Metric = { Dimensions: dimensionsOf(metric), MetricName: metric.name, Namespace: metric.namespace };
  return { ...common, MetricStat: { Metric, Period, Stat } };
}

/** In these messages the keys begin with small letters. */
function dimensionsOf({ dimensions }: MetricId): { value: string; name: string }[] {
  return Object.entries(dimensions).map(([name, value]) => ({ value, name }));
}
