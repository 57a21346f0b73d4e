import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { queueMetric } from "../metrics.ts";
import { DAY_SECONDS } from "../queue.ts";
import { FIVE_MINUTES_SECONDS, MINUTE_SECONDS } from "./common.ts";
import { topicQueuesQuery } from "./queries.ts";

/** The most of one alarm that can be in ALARM: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MAXIMUM_CONTRIBUTORS = 100;

/**
 * The age of each topic's oldest message: two alarms a topic, or two queries for all of them. SQS leaves a message out
 * of this metric that was received three times and not deleted
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html), so
 * that these tell of queues that nobody reads, or reads too slowly; of messages that fail others tell.
 */
export function queueAlarms(
  names: Names,
  { topics, queue, observability }: Pick<Settings, "topics" | "queue" | "observability">,
): Alarm[] {
  const { freshnessMinutes } = observability;
  const halfOfRetention = (queue.retentionDays * DAY_SECONDS) / 2;
  const late = (which: string): Omit<Alarm, "name" | "watched"> => ({
    heading: "oldest-message",
    description: `A message of ${which} has waited for more than ${freshnessMinutes} minutes. Look whether the circuit is open, the mapping is enabled, and its maximum concurrency is enough.`,
    comparison: "GreaterThanThreshold",
    threshold: freshnessMinutes * MINUTE_SECONDS,
    periodSeconds: MINUTE_SECONDS,
    periods: [3, 3],
  });
  const expiring = (which: string): Omit<Alarm, "name" | "watched"> => ({
    heading: "expiry",
    description: `A message of ${which} has waited for half of the ${queue.retentionDays} days that its queue keeps it; what expires there reaches no DLQ. Have the queue read now, or raise queue.retentionDays.`,
    comparison: "GreaterThanThreshold",
    threshold: halfOfRetention,
    periodSeconds: FIVE_MINUTES_SECONDS,
  });

  if (observability.queueAlarms === "query") {
    const query = topicQueuesQuery(names, {
      select: "MAX(ApproximateAgeOfOldestMessage)",
      byQueue: { orderBy: "MAX()", limit: MAXIMUM_CONTRIBUTORS },
    });
    // A queue that is no longer among the oldest is no longer in the answer, and must not count as late for that.
    const common = { watched: { query }, missing: "missing" } as const;
    return [
      { name: "oldest-message", ...late("a topic"), ...common },
      { name: "expiry", ...expiring("a topic"), ...common },
    ];
  }
  return Object.keys(topics).flatMap((topic): Alarm[] => {
    const watched = queueMetric(names.topicQueue(topic), "ApproximateAgeOfOldestMessage", "Maximum");
    return [
      { name: `oldest-message-${topic}`, watched, ...late(topic) },
      { name: `expiry-${topic}`, watched, ...expiring(topic) },
    ];
  });
}
