import type { Clock, Timer } from "../../clock.ts";

/** Resolves when a duration of `ms` has passed. @throws the signal's reason, once it aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return timed(clock, (run) => clock.after(ms, run), signal);
}

/** Resolves when the clock reaches the epoch millisecond `time`. @throws the signal's reason, once it aborts. */
export function pauseUntil(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  return timed(clock, (run) => clock.at(time, run), signal);
}

/** What `work` comes to. @throws the signal's reason, once it aborts: then nobody waits for the work any more. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

async function timed(clock: Clock, start: (run: () => void) => Timer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = start(resolve);
  try {
    await unlessAborted(promise, signal);
  } finally {
    clock.clear(timer);
  }
}
