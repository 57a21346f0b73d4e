import type { Clock } from "../common/clock.ts";
import type { DependencyFailure } from "./dependency-failure.ts";
import type { Deadlines, Put } from "./forward.ts";
import { hasFailed, type Message } from "./message.ts";
import { PUT_BUDGET_MS } from "./put-records.ts";
import { nextStep } from "./steps.ts";
import { bystanderDelay, type Delay, SUSPECT, secondsOf } from "./visibility.ts";

export interface IsolationDependencies {
  /** As forward does it. */
  forward(step: readonly Message[], deadlines: Deadlines): Promise<Put>;
  /** Best effort, until `latest` (epoch milliseconds). */
  hide(messages: readonly { message: Message; seconds: number }[], latest: number): Promise<void>;
  /** Best effort, until `latest` (epoch milliseconds). */
  deleteFromQueue(messages: readonly Message[], latest: number): Promise<void>;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** Epoch milliseconds after which no step begins. */
  deadline: number;
}

/** Of the time that is left: what a queue that does not answer may take before a step. */
const QUEUE_SHARE = 0.25;

/** Whether a batch holds messages that have been received before: one of them may have ended a process then. */
export function holdsSuspects(messages: readonly Message[]): boolean {
  return messages.some(isSuspect);
}

function isSuspect({ receives }: Message): boolean {
  return receives > 1;
}

/**
 * Forwards a batch that holds suspects in steps, so that a message which ends the process takes as few others with it
 * as possible: what a bisecting stream mapping does by itself, and an SQS mapping does not
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 *
 * A process that has ended can tell nothing, so it says beforehand what is to happen then. Before each step its
 * messages are hidden for {@link SUSPECT}, and all that come after it for longer and each differently
 * ({@link bystanderDelay}); what is done is deleted from the queue before the next step begins. If a step then ends the
 * process, its few messages come back first and by themselves, and will have more receives than the rest by the time
 * they meet again. Since fewest receives go first, nobody then stands behind them. Among equals chance decides, so that
 * nobody stands behind the same message twice for long.
 *
 * Messages whose turn does not come before the deadline stay `NOT_REACHED`.
 */
export async function forwardInSteps(
  messages: readonly Message[],
  { forward, hide, deleteFromQueue, clock, random, deadline }: IsolationDependencies,
): Promise<void> {
  const suspects = messages.filter(isSuspect).length;
  const hidden = (list: readonly Message[], delayOf: (message: Message) => Delay) =>
    list.map((message) => ({ message, seconds: secondsOf(delayOf(message), random()) }));

  let rest = inOrder(messages, random);
  let step: readonly Message[] = [];
  let done: readonly Message[] = [];
  let slowestMs = 0;
  /** Spent on a Firehose that takes nothing. */
  let vainMs = 0;
  /** How it refused: what finds no time left then has failed by the same. */
  let late: DependencyFailure | undefined;
  for (let isFirst = true; rest.length > 0; isFirst = false) {
    const began = clock.now();
    if (began >= deadline) return;
    step = nextStep({ rest, previous: step, timeLeftMs: deadline - began, slowestMs });
    rest = rest.slice(step.length);
    const atRisk = hidden(step, () => SUSPECT);
    const bystanders = isFirst ? hidden(rest, ({ receives }) => bystanderDelay(suspects, receives)) : [];
    const latest = began + (deadline - began) * QUEUE_SHARE;
    await Promise.all([hide([...atRisk, ...bystanders], latest), deleteFromQueue(done, latest)]);

    const putFrom = clock.now();
    const put = Math.min(deadline, putFrom + PUT_BUDGET_MS - vainMs);
    const { records, taken, failure } = await forward(step, { put, deadLetters: deadline, late });
    const ended = clock.now();
    if (records > 0) {
      vainMs = taken > 0 ? 0 : vainMs + ended - putFrom;
      late = taken > 0 ? undefined : failure;
    }
    slowestMs = Math.max(slowestMs, ended - began);
    // Nothing follows the last step: Lambda itself deletes what it did.
    done = step.filter((message) => !hasFailed(message));
  }
}

/** Fewest receives first, and by chance among equals. */
function inOrder(messages: readonly Message[], random: () => number): readonly Message[] {
  return messages
    .map((message) => ({ message, lot: random() }))
    .toSorted((a, b) => a.message.receives - b.message.receives || a.lot - b.lot)
    .map(({ message }) => message);
}
