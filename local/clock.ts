/** A timer that {@link Clock.clear} ends early. */
export type Timer = unknown;

/**
 * Time as the emulated services see it.
 *
 * Timestamps are real epoch milliseconds (the functions run in processes of their own and read the system's clock);
 * durations are AWS's, and a scaled clock lets them pass `speed` times faster. Deadlines must therefore come from
 * {@link Clock.deadline}, never from `now() + duration`.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** The epoch millisecond at which a duration of `ms` that starts now will have passed. */
  deadline(ms: number): number;
  /** Calls `run` once, when a duration of `ms` has passed. */
  after(ms: number, run: () => void): Timer;
  clear(timer: Timer): void;
}

/** The system's clock, with every duration divided by `speed` (1 = AWS's own time). */
export function systemClock(speed = 1): Clock {
  return {
    now: () => Date.now(),
    deadline: (ms) => Date.now() + ms / speed,
    after: (ms, run) => setTimeout(run, ms / speed),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

/** Resolves when a duration of `ms` has passed on `clock`. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
