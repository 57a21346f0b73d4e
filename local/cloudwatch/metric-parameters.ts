import { invalidParameterValue, missingParameter, validationError } from "./errors.ts";
import { metricProblem } from "./metric-limits.ts";
import type { Parameters } from "./parameters.ts";
import { STATISTICS, type Statistic } from "./statistics.ts";
import type { MetricId } from "./types.ts";

/** As requests and answers name a metric. */
export interface MetricShape {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
}

export function metricShape({ namespace, name, dimensions }: MetricId): MetricShape {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions };
}

/** @throws AwsError for what CloudWatch does not take as a metric. */
export function readMetric(metric: Parameters, namespace: string): MetricId {
  const dimensions = metric.structures("Dimensions").map((dimension) => {
    dimension.only(["Name", "Value"]);
    return [dimension.text("Name"), dimension.text("Value")] as const;
  });
  const id = { namespace, name: metric.text("MetricName"), dimensions: Object.fromEntries(dimensions) };
  const problem = metricProblem(id);
  if (problem !== undefined) throw invalidParameterValue(problem);
  if (Object.keys(id.dimensions).length < dimensions.length) {
    throw invalidParameterValue(`a dimension of the metric ${id.name} is given twice`);
  }
  return id;
}

/** @throws AwsError `ValidationException` for percentiles and the like, which the local cloud has not. */
export function readStatistic(parameters: Parameters): Statistic {
  const text = parameters.text("Stat");
  const statistic = STATISTICS.find((known) => known === text);
  if (statistic !== undefined) return statistic;
  throw validationError(`the local cloud has the statistics ${STATISTICS.join(", ")}, not ${text}`);
}

/** In seconds. @throws AwsError for less than a minute: metrics of high resolution are not kept here. */
export function readPeriod(parameters: Parameters): number | undefined {
  const period = parameters.optionalNumber("Period");
  if (period === undefined) return undefined;
  if (Number.isInteger(period) && period >= 60 && period % 60 === 0) return period;
  throw validationError(`Period must be a multiple of 60, is ${period}`);
}

export function requiredPeriod(parameters: Parameters): number {
  const period = readPeriod(parameters);
  if (period === undefined) throw missingParameter("Period");
  return period;
}
