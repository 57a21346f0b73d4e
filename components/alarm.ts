import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as sns from "@pulumi/aws/sns/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Metric } from "./metrics.ts";

/** What an alarm looks at. */
export type Watched =
  | Metric
  /**
   * How many executions of a state machine came to this; it is known by its ARN, which is AWS's to give
   * (https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html).
   */
  | { machineArn: pulumi.Input<string>; executions: "ExecutionsFailed" | "ExecutionsTimedOut" }
  /**
   * Metric math over metrics by their ids, ten of them at most
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html).
   */
  | { expression: string; metrics: Readonly<Record<string, Metric>> }
  /** Metrics Insights, with a time series for each thing that can be wrong. */
  | { query: string };

export interface Alarm {
  /** Within the stack; names the heading in the operations guide as well. */
  name: string;
  /** Where it is not the name. */
  heading?: string;
  /** What has happened, and what to do: one or two sentences. */
  description: string;
  watched: Watched;
  comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  threshold: number;
  periodSeconds: number;
  /** How many of the last periods must be over the threshold; by default one of one. */
  periods?: readonly [datapoints: number, of: number];
  /**
   * What a period counts as from which nothing is known, by default as none to worry about
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
   */
  missing?: "breaching" | "notBreaching" | "missing";
}

export interface AlarmTarget {
  names: Names;
  topic: sns.Topic;
  /** Whether the topic is told of the alarm's end as well. */
  tellsOfTheEnd: boolean;
}

/** Where the sections stand to which the alarms' texts refer. */
export const OPERATIONS_GUIDE = "docs/operations.md";

/** @param name Pulumi's own name of the resource. */
export function metricAlarm(
  name: string,
  alarm: Alarm,
  { names, topic, tellsOfTheEnd }: AlarmTarget,
  parent: pulumi.Resource,
): cloudwatch.MetricAlarm {
  const [datapointsToAlarm, evaluationPeriods] = alarm.periods ?? [1, 1];
  return new cloudwatch.MetricAlarm(
    name,
    {
      name: names.alarm(alarm.name),
      alarmDescription: `${alarm.description} See ${OPERATIONS_GUIDE}#${alarm.heading ?? alarm.name}.`,
      ...watchedInputs(alarm),
      comparisonOperator: alarm.comparison,
      threshold: alarm.threshold,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: alarm.missing ?? "notBreaching",
      alarmActions: [topic.arn],
      ...(tellsOfTheEnd ? { okActions: [topic.arn] } : {}),
    },
    { parent },
  );
}

function watchedInputs({ watched, periodSeconds }: Alarm): cloudwatch.MetricAlarmArgs {
  if ("query" in watched) {
    return {
      metricQueries: [{ id: "each", expression: watched.query, period: periodSeconds, returnData: true }],
    };
  }
  if ("expression" in watched) {
    return {
      metricQueries: [
        { id: "signal", expression: watched.expression, returnData: true },
        ...Object.entries(watched.metrics).map(([id, { namespace, name, dimensions, statistic }]) => ({
          id,
          metric: {
            namespace,
            metricName: name,
            dimensions: { ...dimensions },
            stat: statistic,
            period: periodSeconds,
          },
          returnData: false,
        })),
      ],
    };
  }
  if ("machineArn" in watched) {
    const dimensions = { StateMachineArn: watched.machineArn };
    return {
      namespace: "AWS/States",
      metricName: watched.executions,
      dimensions,
      statistic: "Sum",
      period: periodSeconds,
    };
  }
  const { namespace, name, dimensions, statistic } = watched;
  return { namespace, metricName: name, dimensions: { ...dimensions }, statistic, period: periodSeconds };
}
