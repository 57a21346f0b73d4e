import type { Inputs } from "../graph/inputs.ts";
import type { Watched } from "./alarm-configuration.ts";
import { metricProblem } from "./metric-limits.ts";
import type { MetricQuery } from "./metric-query.ts";
import { QuerySet } from "./query-set.ts";
import { STATISTICS } from "./statistics.ts";
import type { MetricId } from "./types.ts";

/** What an alarm on one metric says of it; an alarm on queries says it there. */
export const SINGLE_METRIC_INPUTS = ["namespace", "metricName", "dimensions", "statistic", "period"];

/**
 * "A math expression used for an alarm can include as many as 10 metrics":
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const MAX_METRICS = 10;

/** Of the provider: https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/metricalarm/#inputs */
const MAX_QUERIES = 20;

const LONGEST_PERIOD_SECONDS = 604_800;
const MINUTE_SECONDS = 60;

/** What an alarm watches whose inputs are refused anyway. */
const NOTHING: MetricQuery = {
  id: "m1",
  label: undefined,
  returnData: true,
  metric: { namespace: "None", name: "None", dimensions: {} },
  statistic: "Sum",
  periodSeconds: MINUTE_SECONDS,
};

/** @param account Of the stack, the only one whose metrics there are. */
export function readWatched(inputs: Inputs, account: string): Watched {
  const isSingleMetric = inputs.value("metricQueries") === undefined;
  const queries = isSingleMetric ? [readSingle(inputs)] : readQueries(inputs, account);
  const set = inputs.attempt(isSingleMetric ? "metricName" : "metricQueries", () => new QuerySet(queries));
  const id = queries.find(({ returnData }) => returnData)?.id;
  if (set === undefined || id === undefined) {
    return { queries: [NOTHING], isSingleMetric: true, set: new QuerySet([NOTHING]), id: NOTHING.id, isGrouped: false };
  }
  const insights = set.insights();
  if (insights.size > 1) inputs.refuse("metricQueries", "the local cloud has one Metrics Insights query an alarm");
  const query = insights.get(id);
  const isGrouped = query !== undefined && query.groupBy.length > 0;
  if (isGrouped && query.orderBy === undefined) {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
    inputs.refuse("metricQueries", "a query with GROUP BY needs an ORDER BY in an alarm");
  }
  if (!isGrouped && set.isArray(id)) inputs.refuse("metricQueries", `${id} must give one time series, gives an array`);
  return { queries, isSingleMetric, set, id, isGrouped };
}

function readSingle(inputs: Inputs): MetricQuery {
  return {
    id: NOTHING.id,
    label: undefined,
    returnData: true,
    metric: readMetric(inputs),
    statistic: readStatistic(inputs, "statistic"),
    periodSeconds: readPeriod(inputs) ?? missingPeriod(inputs),
  };
}

function readQueries(inputs: Inputs, account: string): MetricQuery[] {
  for (const property of SINGLE_METRIC_INPUTS) {
    if (inputs.value(property) !== undefined) inputs.refuse(property, "not together with metricQueries");
  }
  const list = inputs.list("metricQueries");
  if (list.length > MAX_QUERIES) inputs.refuse("metricQueries", `must be at most ${MAX_QUERIES}, are ${list.length}`);
  const queries = list.map((query) => readQuery(query, account));
  const metrics = queries.filter((query) => "metric" in query).length;
  if (metrics > MAX_METRICS)
    inputs.refuse("metricQueries", `must have at most ${MAX_METRICS} metrics, have ${metrics}`);
  const returned = queries.filter(({ returnData }) => returnData).length;
  if (returned !== 1) inputs.refuse("metricQueries", `one must have returnData, not ${returned}`);
  return queries;
}

function readQuery(query: Inputs, account: string): MetricQuery {
  query.only(["id", "expression", "metric", "label", "returnData", "period", "accountId"]);
  const accountId = query.optionalText("accountId");
  if (accountId !== undefined && accountId !== account) {
    query.refuse("accountId", `the local cloud has the account ${account} only, not ${accountId}`);
  }
  const common = {
    id: query.text("id"),
    label: query.optionalText("label"),
    returnData: query.value("returnData") === true,
  };
  const expression = query.optionalText("expression");
  const hasMetric = query.value("metric") !== undefined;
  if ((expression !== undefined) === hasMetric) query.refuse("expression", "must be given, or metric, and not both");
  if (expression !== undefined) return { ...common, expression, periodSeconds: readPeriod(query) };
  if (query.value("period") !== undefined) query.refuse("period", "belongs into metric, or to an expression");
  const metric = query.object("metric");
  metric.only(["namespace", "metricName", "dimensions", "stat", "period"]);
  return {
    ...common,
    metric: readMetric(metric),
    statistic: readStatistic(metric, "stat"),
    periodSeconds: readPeriod(metric) ?? missingPeriod(metric),
  };
}

function readMetric(inputs: Inputs): MetricId {
  const metric = {
    namespace: inputs.text("namespace"),
    name: inputs.text("metricName"),
    dimensions: (inputs.value("dimensions") ?? {}) as MetricId["dimensions"],
  };
  const problem = metricProblem(metric);
  if (problem !== undefined) inputs.refuse("metricName", problem);
  if (metric.namespace === "AWS/DynamoDB") {
    inputs.refuse(
      "namespace",
      "alarms on AWS/DynamoDB treat missing data in their own way, which is not realised locally",
    );
  }
  return metric;
}

function readStatistic(inputs: Inputs, property: "stat" | "statistic"): (typeof STATISTICS)[number] {
  if (inputs.value(property) === undefined) inputs.refuse(property, "is required");
  return inputs.choice(property, STATISTICS);
}

/** Alarms on periods of 10, 20 or 30 seconds are for metrics of high resolution, which are not kept here. */
function readPeriod(inputs: Inputs): number | undefined {
  const period = inputs.optionalInteger("period", { min: MINUTE_SECONDS, max: LONGEST_PERIOD_SECONDS });
  if (period === undefined || period % MINUTE_SECONDS === 0) return period;
  inputs.refuse("period", `must be a multiple of 60, is ${period}`);
  return undefined;
}

function missingPeriod(inputs: Inputs): number {
  if (inputs.value("period") === undefined) inputs.refuse("period", "is required");
  return MINUTE_SECONDS;
}
