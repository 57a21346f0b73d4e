/** A timer that {@link Clock.clear} ends early. */
export type Timer = unknown;

/**
 * Time as the emulated services see it.
 *
 * Timestamps are real epoch milliseconds (the functions run in processes of their own and read the system's clock);
 * durations are AWS's, and a scaled clock lets them pass `speed` times faster. Only what {@link Clock.span} answers may
 * be added to a timestamp, never a duration itself.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that pass on this clock in a duration of `ms`. */
  span(ms: number): number;
  /** The epoch millisecond at which a duration of `ms` that starts now will have passed: `now() + span(ms)`. */
  deadline(ms: number): number;
  /** Calls `run` once, when a duration of `ms` has passed. */
  after(ms: number, run: () => void): Timer;
  /** Calls `run` once, when the clock reaches the epoch millisecond `time`, or soon where that has passed. */
  at(time: number, run: () => void): Timer;
  clear(timer: Timer): void;
}

/** The system's clock, with every duration divided by `speed` (1 = AWS's own time). */
export function systemClock(speed = 1): Clock {
  const span = (ms: number): number => ms / speed;
  return {
    now: () => Date.now(),
    span,
    deadline: (ms) => Date.now() + span(ms),
    after: (ms, run) => setTimeout(run, span(ms)),
    at: (time, run) => setTimeout(run, Math.max(0, Math.ceil(time - Date.now()))),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

/** Resolves when a duration of `ms` has passed on `clock`. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
