import { shown } from "../common/shown.ts";

/** With its quotes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const LONGEST_QUEUE_NAME = 82;

/**
 * The topic of a queue: its name without the prefix that all topics' queues of the stack share. A dash in what remains
 * belongs to the topic.
 *
 * @throws Error where the queue is not a topic's: the function is mapped to a queue that it must not consume.
 */
export function topicOf(queueArn: string, prefix: string): string {
  const queue = queueArn.slice(queueArn.lastIndexOf(":") + 1);
  if (!queue.startsWith(prefix) || queue.length === prefix.length) {
    throw new Error(
      `queue ${shown(queue, LONGEST_QUEUE_NAME)} belongs to no topic: its name must be "${prefix}" and the topic`,
    );
  }
  return queue.slice(prefix.length);
}
