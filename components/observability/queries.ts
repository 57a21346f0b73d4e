import type { Names } from "../../settings/names.ts";

export interface TopicQueuesQuery {
  /** Such as `SUM(NumberOfMessagesSent)`. */
  select: string;
  /** A time series for each queue, of those with the most; by default one for all. */
  byQueue?: { orderBy: string; limit: number };
}

/**
 * A Metrics Insights query over the topics' queues. It knows no prefixes, and finds them by their tag, once the account
 * has resource tags on telemetry
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/resource-tags-for-telemetry.html).
 */
export function topicQueuesQuery({ topicQueueTag: { key, value } }: Names, query: TopicQueuesQuery): string {
  const { select, byQueue } = query;
  const groups =
    byQueue === undefined ? "" : ` GROUP BY QueueName ORDER BY ${byQueue.orderBy} DESC LIMIT ${byQueue.limit}`;
  return `SELECT ${select} FROM SCHEMA("AWS/SQS", QueueName) WHERE tag.${key} = '${value}'${groups}`;
}
