import { METRIC_NAMESPACE } from "../functions/common/metrics.ts";
import type { FunctionName, Names } from "../settings/names.ts";

export type Statistic = "Sum" | "Maximum" | "Minimum" | "SampleCount";

export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: Statistic;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export type LambdaMetric = "Errors" | "Throttles" | "Duration" | "ConcurrentExecutions" | "IteratorAge";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export type QueueMetric =
  | "ApproximateAgeOfOldestMessage"
  | "ApproximateNumberOfMessagesVisible"
  | "NumberOfMessagesSent"
  | "NumberOfMessagesDeleted";

/** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html, https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-metric.html */
export type DeliveryMetric =
  | "IncomingRecords"
  | "ThrottledRecords"
  | "DeliveryToIceberg.SuccessfulRowCount"
  | "DeliveryToIceberg.FailedRowCount"
  | "DeliveryToIceberg.DataFreshness";

/** A metric of Lambda's of one of the stack's functions. */
export function lambdaMetric(
  names: Names,
  functionName: FunctionName,
  name: LambdaMetric,
  statistic: Statistic,
): Metric {
  const dimensions = { FunctionName: names.functionName(functionName) };
  return { namespace: "AWS/Lambda", name, dimensions, statistic };
}

export function queueMetric(queueName: string, name: QueueMetric, statistic: Statistic): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: queueName }, statistic };
}

export function deliveryMetric(names: Names, name: DeliveryMetric, statistic: Statistic): Metric {
  const dimensions = { DeliveryStreamName: names.deliveryStream };
  return { namespace: "AWS/Firehose", name, dimensions, statistic };
}

/**
 * A count that one of the stack's functions writes itself.
 *
 * @param more dimensions besides the function's own two.
 */
export function ownMetric(
  names: Names,
  functionName: FunctionName,
  name: string,
  statistic: Statistic,
  more: Readonly<Record<string, string>> = {},
): Metric {
  const dimensions = { service: functionName, function_name: names.functionName(functionName), ...more };
  return { namespace: METRIC_NAMESPACE, name, dimensions, statistic };
}
