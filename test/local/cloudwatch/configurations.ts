import type { AlarmConfiguration } from "../../../local/cloudwatch/alarm-configuration.ts";
import { type CloudWatchConfiguration, cloudWatchConfiguration } from "../../../local/cloudwatch/from-graph.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { graphOf } from "../../support/graph.ts";

export const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:alerts";

const TOPIC = { type: "aws:sns/topic:Topic", name: "alerts", inputs: { name: "alerts" } };

export const ERRORS: MetricId = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "f" } };

/** Of an alarm on one metric. */
export const SINGLE = {
  name: "errors",
  namespace: ERRORS.namespace,
  metricName: ERRORS.name,
  dimensions: ERRORS.dimensions,
  statistic: "Sum",
  period: 60,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
  evaluationPeriods: 1,
};

/** What an alarm on queries has in place of its metric. */
export const WITHOUT_METRIC = {
  namespace: undefined,
  metricName: undefined,
  dimensions: undefined,
  statistic: undefined,
  period: undefined,
};

type Resource = Parameters<typeof graphOf>[0][number];

/** CloudWatch with alarms of these inputs, a topic to which they may publish, and other resources. */
export function configurationOf(
  alarms: readonly Record<string, unknown>[],
  others: readonly Resource[] = [],
): CloudWatchConfiguration {
  const resources = alarms.map((inputs, index) => ({
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    name: `alarm-${index}`,
    inputs,
  }));
  return cloudWatchConfiguration(graphOf([TOPIC, ...resources, ...others]));
}

/** An alarm of {@link SINGLE}'s inputs and these. */
export function alarmOf(more: Record<string, unknown> = {}): AlarmConfiguration {
  const [alarm] = configurationOf([{ ...SINGLE, ...more }]).alarms;
  if (alarm === undefined) throw new Error("the graph has no alarm");
  return alarm;
}

/** A metric query of an alarm, of sums by the minute. */
export function metricInput(id: string, { namespace, name, dimensions }: MetricId): Record<string, unknown> {
  return { id, metric: { namespace, metricName: name, dimensions, stat: "Sum", period: 60 } };
}
