import type { WriteLine } from "./output.ts";

export const METRIC_NAMESPACE = "LeanOps";

/** Counts, and the dimensions that all of them go under. */
export interface MetricSet {
  /** By CloudWatch dimension name. */
  dimensions: Readonly<Record<string, string>>;
  /** Counts by metric name. */
  counts: Readonly<Record<string, number>>;
}

export interface MetricLine extends MetricSet {
  /** Epoch milliseconds. */
  timestamp: number;
  /**
   * Counts under the line's dimensions and these besides. They must be of other names: a line has one value for a name,
   * whatever it goes under.
   */
  finer?: MetricSet;
  /** Goes into the line, so that it can be searched for, but is no dimension. */
  properties?: Readonly<Record<string, string>>;
}

/**
 * Writes counts in CloudWatch's embedded metric format, all of them in one line
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function writeMetrics(write: WriteLine, line: MetricLine): void {
  const { timestamp, dimensions, counts, finer, properties } = line;
  const CloudWatchMetrics = [directive(dimensions, counts)];
  if (finer !== undefined) CloudWatchMetrics.push(directive({ ...dimensions, ...finer.dimensions }, finer.counts));
  write(
    JSON.stringify({
      _aws: { Timestamp: timestamp, CloudWatchMetrics },
      ...dimensions,
      ...counts,
      ...finer?.dimensions,
      ...finer?.counts,
      ...properties,
    }),
  );
}

function directive(dimensions: MetricSet["dimensions"], counts: MetricSet["counts"]) {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  return { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics };
}
