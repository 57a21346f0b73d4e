import type { Message } from "./message.ts";

export interface Progress<T> {
  /** What is still to be done, at least one; fewest receives first. */
  rest: readonly T[];
  /** The step before; empty at first. */
  previous: readonly T[];
  timeLeftMs: number;
  /** How long the longest step took so far. */
  slowestMs: number;
}

/**
 * The next step of a batch: 1, 2, 3, 4, … messages, and again from 1 wherever the receive count changes. A step that
 * ends the process loses about √(2 × its position) messages to suspicion, where steps of a fixed size lose that size;
 * and a hundred that all came back from an outage take 14 steps, where single ones would take a hundred. At one call to
 * SQS and one to Firehose a step, of 10 and 30 ms, that is 0.6 s.
 *
 * Where time would not suffice, steps grow so that those which fit in hold everything: with a Firehose that takes 3 s
 * for every call, a hundred messages take eight steps, 24 s of the 29 that a timeout of 30 s leaves.
 */
export function nextStep<T extends Pick<Message, "receives">>(progress: Progress<T>): readonly T[] {
  const { rest, previous, timeLeftMs, slowestMs } = progress;
  const receives = rest[0]?.receives;
  const alike = rest.findIndex((message) => message.receives !== receives);
  const growing = previous.at(-1)?.receives === receives ? previous.length + 1 : 1;
  const bySuspicion = Math.min(growing, alike === -1 ? rest.length : alike);
  const stepsThatFit = slowestMs === 0 ? rest.length : Math.max(1, Math.floor(timeLeftMs / slowestMs));
  return rest.slice(0, Math.max(bySuspicion, Math.ceil(rest.length / stepsThatFit)));
}
