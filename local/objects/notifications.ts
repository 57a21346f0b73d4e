import type { Clock } from "../clock.ts";
import type { CreatedObject } from "./created-objects.ts";
import { creationMessage, testMessage } from "./event-message.ts";
import type { NotificationConfiguration, QueueNotification } from "./notifications-from-graph.ts";
import type { ObjectStorage } from "./store.ts";

export interface NotificationServices {
  objects: Pick<ObjectStorage, "onCreated">;
  /** The queue of an ARN. */
  queue(arn: string): { send(message: { body: string }): unknown } | undefined;
  clock: Clock;
}

/**
 * Sends a message to a queue for every object that is created in a bucket
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html), once and in order, which S3 does not
 * promise; it is in the queue before the object's creator gets its answer. S3 mostly needs seconds.
 */
export class BucketNotifications {
  /** Messages sent of created objects. */
  sent = 0;
  readonly #configurations: readonly NotificationConfiguration[];
  readonly #services: NotificationServices;
  readonly #ends: (() => void)[] = [];
  #sequence = 0;

  /** Does nothing until {@link start}. */
  constructor(configurations: readonly NotificationConfiguration[], services: NotificationServices) {
    this.#configurations = configurations;
    this.#services = services;
  }

  /**
   * Sends each queue the test event that S3 sends when notifications are set up, and begins to watch the buckets.
   *
   * @throws Error when a queue does not exist.
   */
  start(): void {
    const { objects, clock } = this.#services;
    for (const configuration of this.#configurations) {
      for (const { queueArn } of configuration.queues) {
        this.#send(queueArn, testMessage(configuration.bucket, clock.now()));
      }
      this.#ends.push(objects.onCreated(configuration.bucket, (object) => this.#created(object, configuration)));
    }
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #created(object: CreatedObject, { bucket, region, queues }: NotificationConfiguration): void {
    for (const notification of queues.filter((one) => isFor(one, object))) {
      const { id: configurationId, queueArn } = notification;
      this.#sequence += 1;
      const source = { bucket, region, configurationId };
      this.#send(queueArn, creationMessage(object, source, this.#services.clock.now(), this.#sequence));
      this.sent += 1;
    }
  }

  #send(queueArn: string, body: string): void {
    const queue = this.#services.queue(queueArn);
    if (queue === undefined) {
      throw new Error(`S3 notifications: there is no queue ${queueArn}`);
    }
    queue.send({ body });
  }
}

function isFor({ events, prefix, suffix }: QueueNotification, { key, by }: CreatedObject): boolean {
  return events.has(by) && key.startsWith(prefix) && key.endsWith(suffix);
}
