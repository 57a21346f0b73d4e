import type { Clock } from "../clock.ts";
import type { GaugeSource, MetricId } from "../cloudwatch/types.ts";
import { awsMilliseconds } from "../lambda/metrics.ts";
import type { Queue } from "./queue.ts";
import type { MessageTotals } from "./types.ts";

/** Received so often and not deleted, a message no longer counts as the oldest. */
const RECEIVES_OF_POISON = 3;

const NONE: MessageTotals = { sent: 0, received: 0, deleted: 0 };

/**
 * What SQS says of each queue once a minute
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 * Every queue is active from the start. SentMessageSize and NumberOfEmptyReceives are missing.
 */
export class QueueMetrics implements GaugeSource {
  readonly #queues: readonly Queue[];
  readonly #clock: Clock;
  readonly #before = new Map<Queue, MessageTotals>();

  constructor(queues: Iterable<Queue>, clock: Clock) {
    this.#queues = [...queues];
    this.#clock = clock;
  }

  /** Levels as they are now, and counts of what happened since the last read: there can only be one reader. */
  *read(): IterableIterator<{ metric: MetricId; value: number }> {
    for (const queue of this.#queues) {
      const dimensions = { QueueName: queue.name };
      for (const [name, value] of Object.entries({ ...this.#counts(queue), ...this.#levels(queue) })) {
        yield { metric: { namespace: "AWS/SQS", name, dimensions }, value };
      }
    }
  }

  #counts(queue: Queue) {
    const now = queue.totals();
    const before = this.#before.get(queue) ?? NONE;
    this.#before.set(queue, now);
    return {
      NumberOfMessagesSent: now.sent - before.sent,
      NumberOfMessagesReceived: now.received - before.received,
      NumberOfMessagesDeleted: now.deleted - before.deleted,
    };
  }

  /** AWS's page says that some are reported only above 0, and used to say that all are; so zeros are sent here [?]. */
  #levels(queue: Queue) {
    const { visible, inFlight, delayed } = queue.counts();
    return {
      ApproximateNumberOfMessagesVisible: visible,
      ApproximateNumberOfMessagesNotVisible: inFlight,
      ApproximateNumberOfMessagesDelayed: delayed,
      ApproximateAgeOfOldestMessage: Math.floor(awsMilliseconds(this.#clock, this.#age(queue)) / 1_000),
    };
  }

  /**
   * Of the oldest message, in milliseconds of this machine: from its arrival in this queue, which for a dead letter is
   * not when it was sent. What has been received three times in this queue is left out; whether AWS counts the receives
   * in other queues as well, which would leave out every dead letter, it does not say [?].
   */
  #age(queue: Queue): number {
    const now = this.#clock.now();
    let oldest = now;
    for (const { arrivedAt, receiveCount, receivesElsewhere } of queue.messages()) {
      if (arrivedAt < oldest && receiveCount - receivesElsewhere < RECEIVES_OF_POISON) oldest = arrivedAt;
    }
    return now - oldest;
  }
}
