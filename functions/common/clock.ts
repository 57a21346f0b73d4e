/** Time as a function sees it; tests put a virtual one in its place. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once, in `ms` milliseconds. */
  after(ms: number, run: () => void): unknown;
  /** Forgets what {@link Clock.after} answered. */
  clear(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Resolves in `ms` milliseconds. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
