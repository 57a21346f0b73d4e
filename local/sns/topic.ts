import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import type { SubscriptionConfiguration, TopicConfiguration } from "./configuration.ts";
import { checkMessage, type Message } from "./message.ts";
import { jsonNotification, lambdaEvent, type Publication } from "./notification.ts";

/** Takes events for functions, and sees to it that they are tried again. */
export interface AsynchronousInvoker {
  /** @throws where Lambda does not take the event at all. */
  invokeAsync(functionArn: string, payload: string): void;
}

/** A queue as a topic sends to it. */
export interface SubscribedQueue {
  send(draft: { body: string }): unknown;
}

export interface TopicServices {
  functions: AsynchronousInvoker;
  queue(arn: string): SubscribedQueue | undefined;
  clock: Clock;
  metrics?: MetricSink | undefined;
}

/** How many publications a topic remembers. */
const REMEMBERED = 1_000;

/**
 * A standard topic. Functions and queues of the stack are told at once; to anybody else nothing is sent. Lambda and SQS
 * take what they are given or never would, so that SNS's own retries have no place here
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html).
 */
export class Topic {
  readonly configuration: TopicConfiguration;
  readonly #services: TopicServices;
  readonly #publications: Publication[] = [];

  constructor(configuration: TopicConfiguration, services: TopicServices) {
    this.configuration = configuration;
    this.#services = services;
  }

  /** The last thousand, oldest first. */
  get publications(): readonly Publication[] {
    return this.#publications;
  }

  /**
   * @returns The message's id.
   * @throws AwsError `InvalidParameter`, `ParameterValueInvalid`
   */
  publish(message: Message): string {
    checkMessage(message);
    const publication = { messageId: randomUUID(), at: this.#services.clock.now(), ...message };
    this.#publications.push(publication);
    if (this.#publications.length > REMEMBERED) this.#publications.shift();
    this.#count("NumberOfMessagesPublished");
    for (const subscription of this.configuration.subscriptions) {
      this.#deliver(publication, subscription);
    }
    return publication.messageId;
  }

  #deliver(publication: Publication, subscription: SubscriptionConfiguration): void {
    const { functions, queue } = this.#services;
    const { protocol, endpoint } = subscription;
    if (protocol !== "lambda" && protocol !== "sqs") return;
    const source = { topic: this.configuration, subscription };
    try {
      if (protocol === "lambda") functions.invokeAsync(endpoint, lambdaEvent(publication, source));
      else existing(queue(endpoint), endpoint).send({ body: jsonNotification(publication, source) });
      this.#count("NumberOfNotificationsDelivered");
    } catch {
      // Without a redrive policy the metric is all that tells, on AWS too.
      this.#count("NumberOfNotificationsFailed");
    }
  }

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
  #count(name: string): void {
    const { metrics, clock } = this.#services;
    const dimensions = { TopicName: this.configuration.name };
    metrics?.record({ namespace: "AWS/SNS", name, dimensions }, 1, clock.now());
  }
}

function existing<T>(queue: T | undefined, arn: string): T {
  if (queue === undefined) throw new Error(`there is no queue ${arn}`);
  return queue;
}
