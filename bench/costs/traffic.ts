import { SECONDS_A_MONTH } from "./bill.ts";
import type { MappingSettings } from "./stack.ts";

/** What producers send in a month, evenly over time and topics. */
export interface Load {
  messages: number;
  /** Of one body. */
  bytes: number;
}

/** What a run on the local cloud measured. */
export interface Measured {
  /** By function, without the stack's prefix: milliseconds of one invocation, on a whole core. */
  invocationMs: Readonly<Record<string, number>>;
}

/**
 * Pollers with which Lambda begins at a queue; each gathers batches of its own [?]
 * (https://aws.amazon.com/blogs/compute/understanding-how-aws-lambda-scales-when-subscribed-to-amazon-sqs-queues/).
 */
export const POLLERS = 5;
/** The longest that ReceiveMessage waits, in which Lambda's pollers ask. */
export const LONG_POLL_SECONDS = 20;
/** From a message's arrival to the answer of the ReceiveMessage that waits for it, in which others may arrive [?]. */
const RECEIVE_SECONDS = 0.02;
const MESSAGES_A_RECEIVE = 10;

/** Messages a second of one topic. */
export function rateOf({ messages }: Load, topics: number): number {
  return messages / SECONDS_A_MONTH / topics;
}

/** Messages of an average batch: the first, and what its poller gets within the window. */
export function batchOf(rate: number, { batchSize, windowSeconds }: MappingSettings): number {
  return Math.min(batchSize, 1 + (rate / POLLERS) * Math.max(windowSeconds, RECEIVE_SECONDS));
}

/** ReceiveMessage calls a message: a receive is answered as soon as there is one. */
export function receivesOf(rate: number): number {
  return 1 / Math.min(MESSAGES_A_RECEIVE, 1 + (rate / POLLERS) * RECEIVE_SECONDS);
}

/**
 * ReceiveMessage calls a month of one queue that are answered with nothing: what is left of the pollers' time between
 * messages.
 */
export function emptyReceives(rate: number): number {
  const busy = Math.min(1, (rate * LONG_POLL_SECONDS) / POLLERS);
  return ((POLLERS * SECONDS_A_MONTH) / LONG_POLL_SECONDS) * (1 - busy);
}
