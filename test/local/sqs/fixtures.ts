import assert from "node:assert/strict";
import type { QueueConfiguration } from "../../../local/sqs/configuration.ts";
import { Queue } from "../../../local/sqs/queue.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import type { ReceivedMessage } from "../../../local/sqs/types.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

export const ACCOUNT = "123456789012";

/** A queue as AWS makes it when nothing is said. */
export function configuration(overrides: Partial<QueueConfiguration> = {}): QueueConfiguration {
  const name = overrides.name ?? "orders";
  return {
    name,
    arn: arnOf(name),
    url: urlOf(name),
    visibilityTimeoutSeconds: 30,
    delaySeconds: 0,
    messageRetentionSeconds: 345_600,
    maximumMessageSizeBytes: 1_048_576,
    receiveWaitTimeSeconds: 0,
    described: { SqsManagedSseEnabled: "true" },
    ...overrides,
  };
}

export function arnOf(name: string): string {
  return `arn:aws:sqs:eu-west-1:${ACCOUNT}:${name}`;
}

export function urlOf(name: string): string {
  return `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/${name}`;
}

export function newQueue(overrides: Partial<QueueConfiguration> = {}): { queue: Queue; clock: VirtualClock } {
  const clock = virtualClock();
  return { queue: new Queue(configuration(overrides), clock), clock };
}

/** A queue that gives a message up after `maxReceiveCount` receives, and where it goes. */
export function newQueueWithDeadLetters(
  maxReceiveCount: number,
  overrides: { source?: Partial<QueueConfiguration>; target?: Partial<QueueConfiguration> } = {},
): { source: Queue; target: Queue; clock: VirtualClock } {
  const clock = virtualClock();
  const target = new Queue(configuration({ name: "dlq", ...overrides.target }), clock);
  const redrivePolicy = { deadLetterTargetArn: target.arn, maxReceiveCount };
  const source = new Queue(configuration({ redrivePolicy, ...overrides.source }), clock);
  source.redriveTo(target);
  return { source, target, clock };
}

/** The service over some queues, and a short way to call it. */
export function newService(...configurations: QueueConfiguration[]): {
  service: SqsService;
  clock: VirtualClock;
  call(action: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>;
} {
  const clock = virtualClock();
  const service = new SqsService(configurations, clock);
  const call = (action: string, input: Record<string, unknown> = {}) =>
    service.call(action, { QueueUrl: urlOf("orders"), ...input }) as Promise<Record<string, unknown>>;
  return { service, clock, call };
}

/** The oldest visible message; there must be one. */
export function receiveOne(queue: Queue, visibilityTimeoutSeconds?: number): ReceivedMessage {
  const [message] = queue.receive(1, visibilityTimeoutSeconds);
  assert.ok(message, "nothing to receive");
  return message;
}

export function bodies(messages: readonly { body: string }[]): string[] {
  return messages.map(({ body }) => body);
}
