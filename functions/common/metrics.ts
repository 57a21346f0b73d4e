import type { WriteLine } from "./output.ts";

export const METRIC_NAMESPACE = "LeanOps";

export interface MetricLine {
  /** Epoch milliseconds. */
  timestamp: number;
  /** By CloudWatch dimension name. */
  dimensions: Readonly<Record<string, string>>;
  /** Counts by metric name. */
  counts: Readonly<Record<string, number>>;
  /** Goes into the line, so that it can be searched for, but is no dimension. */
  properties?: Readonly<Record<string, string>>;
}

/**
 * Writes counts in CloudWatch's embedded metric format, all of them in one line under one set of dimensions
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function writeMetrics(write: WriteLine, { timestamp, dimensions, counts, properties }: MetricLine): void {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  const directive = { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics };
  write(
    JSON.stringify({
      _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
      ...dimensions,
      ...counts,
      ...properties,
    }),
  );
}
