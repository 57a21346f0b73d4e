import type { GetMetricDataCommandInput, MetricDataQuery, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { METRIC_NAMESPACE } from "../common/metrics.ts";
import { functionDimensions, SIGNALS } from "../common/signals.ts";
import type { ProbeSignals } from "./verdict.ts";

/** Calls GetMetricData once. */
export type GetMetricData = (
  input: GetMetricDataCommandInput,
  signal: AbortSignal,
) => Promise<{ MetricDataResults?: MetricDataResult[] | undefined; NextToken?: string | undefined }>;

const PERIOD_SECONDS = 60;

/** Failures before the circuit opened, and what of them arrived late. */
const LOOK_BACK_MS = 10 * 60_000;

/**
 * Sums since a moment. A minute that began before it is left out, since CloudWatch rounds down the start of what is asked
 * for (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html) and what is in it may be
 * older.
 *
 * @param since Epoch milliseconds, as `now`.
 * @param withWholeMinute Whether that minute counts all the same: nothing in it is older. A short backlog may have got
 *   through in what was left of it, and nothing later would ever tell.
 * @throws Error where CloudWatch could not answer for every metric; else what the SDK throws.
 */
export async function signalsSince(
  getMetricData: (input: GetMetricDataCommandInput) => ReturnType<GetMetricData>,
  functionName: string,
  since: number,
  now: number,
  withWholeMinute = false,
): Promise<ProbeSignals> {
  const sums: ProbeSignals = {
    forwarded: 0,
    failures: 0,
    throttles: 0,
    dropped: 0,
    batchesStarted: 0,
    invocations: 0,
    errors: 0,
  };
  if (now <= since) return sums;
  const MetricDataQueries = signalQueries(functionName);
  let NextToken: string | undefined;
  do {
    const answer = await getMetricData({
      MetricDataQueries,
      StartTime: new Date(since),
      EndTime: new Date(now),
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    for (const { Id, Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults ?? []) {
      if (StatusCode === "InternalError" || StatusCode === "Forbidden") {
        throw new Error(`GetMetricData: ${Id} is ${StatusCode}`);
      }
      for (const [index, value] of Values.entries()) {
        const isCounted = withWholeMinute || Number(Timestamps[index]) >= since;
        if (isCounted && Id !== undefined) sums[Id as keyof ProbeSignals] += value;
      }
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return sums;
}

/** Whether nothing is known yet of the minute that is under way. @param now Epoch milliseconds. */
export async function isMinuteQuiet(
  getMetricData: (input: GetMetricDataCommandInput) => ReturnType<GetMetricData>,
  functionName: string,
  now: number,
): Promise<boolean> {
  const sums = await signalsSince(getMetricData, functionName, now - 1, now, true);
  return Object.values(sums).every((sum) => sum === 0);
}

function signalQueries(functionName: string): MetricDataQuery[] {
  const own = (Id: keyof ProbeSignals, name: string) =>
    query(Id, METRIC_NAMESPACE, name, functionDimensions(functionName));
  const ofLambda = (Id: keyof ProbeSignals, name: string) =>
    query(Id, "AWS/Lambda", name, { FunctionName: functionName });
  return [
    own("forwarded", SIGNALS.forwarded),
    own("failures", SIGNALS.dependencyFailures),
    own("throttles", SIGNALS.dependencyThrottles),
    own("dropped", SIGNALS.dropped),
    own("batchesStarted", SIGNALS.batchesStarted),
    ofLambda("invocations", "Invocations"),
    ofLambda("errors", "Errors"),
  ];
}

function query(
  Id: string,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: PERIOD_SECONDS, Stat: "Sum" } };
}

/**
 * The topic with most failures around the time at which the circuit opened, by Metrics Insights
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html).
 *
 * @returns undefined where none had any.
 */
export async function trippingTopic(
  getMetricData: (input: GetMetricDataCommandInput) => ReturnType<GetMetricData>,
  functionName: string,
  openedAt: number,
  now: number,
): Promise<string | undefined> {
  const dimensions = [...Object.keys(functionDimensions(functionName)), "topic"].join(", ");
  const Expression =
    `SELECT SUM(${SIGNALS.dependencyFailures}) FROM SCHEMA("${METRIC_NAMESPACE}", ${dimensions}) ` +
    `WHERE function_name = '${functionName}' GROUP BY topic ORDER BY SUM() DESC LIMIT 1`;
  const { MetricDataResults: [worst] = [] } = await getMetricData({
    MetricDataQueries: [{ Id: "worst", Expression, Period: PERIOD_SECONDS }],
    StartTime: new Date(openedAt - LOOK_BACK_MS),
    EndTime: new Date(now),
  });
  return worst?.Values?.some((value) => value > 0) ? worst.Label : undefined;
}
