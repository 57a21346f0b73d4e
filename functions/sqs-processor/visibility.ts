import { FAILURES, type FailureType } from "./failures.ts";

/** For how long a message is hidden, in whole seconds, both ends included. */
export interface Delay {
  shortest: number;
  longest: number;
}

/** A delay that doubles with every receive. */
interface Backoff {
  /** Of the longest delay after the first receive. */
  baseSeconds: number;
  /** Of every longest delay. */
  capSeconds: number;
}

/**
 * For a dependency that failed. At least half of each delay passes, so that a message's ten receives last for more than
 * an hour even if chance gives the shortest delay each time.
 */
const RETRY: Backoff = { baseSeconds: 120, capSeconds: 960 };

/** For a message whose turn never came: soon at first, but a function that is always too slow must not use it up. */
const NOT_REACHED: Backoff = { baseSeconds: 2, capSeconds: 960 };

/** Nothing suggests that waiting helps: ten receives, and the archive has it in less than a minute. */
const UNKNOWN: Delay = { shortest: 1, longest: 3 };

/** Bad for certain, so that only its receives stand between it and the dead-letter queue. */
const DROP: Delay = { shortest: 1, longest: 1 };

/**
 * While a message is at risk of ending the process: the function's longest timeout, 30 s, and five more, since it must
 * not come back while an invocation may still be at work on it.
 */
export const SUSPECT: Delay = { shortest: 35, longest: 35 };

/** Over how long those of a batch are spread that have not had their turn. */
const SPREAD = { leastSeconds: 60, secondsPerSuspect: 0.6, capSeconds: 960 };

/** How long to hide a message that goes back. @param receives 1 for the first. */
export function failureDelay(type: FailureType, receives: number): Delay {
  const { errorClass } = FAILURES[type];
  switch (errorClass) {
    case "RETRY":
      return equalJitter(receives, RETRY);
    case "UNKNOWN":
      return UNKNOWN;
    case "DROP":
      return DROP;
    case undefined:
      return equalJitter(receives, NOT_REACHED);
  }
}

/**
 * While others of its batch are at risk, and not yet this message. If one of them ends the process, this one must not
 * come back together with it, nor with all the others that had no turn: spread over a minute, a hundred messages make
 * many small batches, most of them without poison. Where batches are full all the same, there is much poison, or there
 * are too few executions for it: then the spread doubles with every receive, so that small batches come of it yet.
 *
 * @param suspects Messages of the batch that come for a second time, or more.
 * @param receives Of the message.
 */
export function bystanderDelay(suspects: number, receives: number): Delay {
  const { leastSeconds, secondsPerSuspect, capSeconds } = SPREAD;
  const crowded = Math.ceil(secondsPerSuspect * suspects * 2 ** Math.max(0, receives - 2));
  const spread = Math.min(capSeconds, Math.max(leastSeconds, crowded));
  return { shortest: SUSPECT.shortest, longest: SUSPECT.longest + spread };
}

/** Equal jitter, from the half of a delay to the whole of it. */
function equalJitter(receives: number, { baseSeconds, capSeconds }: Backoff): Delay {
  const longest = Math.min(capSeconds, baseSeconds * 2 ** (receives - 1));
  return { shortest: Math.ceil(longest / 2), longest };
}

/** @param random In [0, 1). @returns whole seconds. */
export function secondsOf({ shortest, longest }: Delay, random: number): number {
  return shortest + Math.floor(random * (longest - shortest + 1));
}
