import { createClock } from "@sinonjs/fake-timers";
import type { Clock } from "../../local/clock.ts";

/** A clock that moves only when a test says so. */
export interface VirtualClock extends Clock {
  /**
   * Lets `ms` pass: runs the timers that fall due, in order, those set on the way included, and lets the promises that
   * each one resolves settle before the next. `advance(0)` only settles. It does not wait for sockets or processes.
   */
  advance(ms: number): Promise<void>;
  /** Timers that are set and not yet due. */
  pending(): number;
}

/**
 * @param start Epoch milliseconds at which the clock stands; by default 2026-01-01T00:00:00Z.
 * @param speed What durations are divided by; `advance` takes milliseconds of the clock.
 */
export function virtualClock(start = Date.UTC(2026, 0, 1), speed = 1): VirtualClock {
  const time = createClock(start);
  const span = (ms: number): number => ms / speed;
  return {
    now: () => time.Date.now(),
    span,
    deadline: (ms) => time.Date.now() + span(ms),
    after: (ms, run) => time.setTimeout(run, span(ms)),
    at: (at, run) => time.setTimeout(run, Math.max(0, at - time.Date.now())),
    clear: (timer) => time.clearTimeout(timer as ReturnType<typeof time.setTimeout>),
    advance: async (ms) => {
      await time.tickAsync(ms);
    },
    pending: () => time.countTimers(),
  };
}
