import type { Clock } from "./clock.ts";

/** A call did not end in time; whether it took effect is unknown. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor() {
    super("the time for this call has run out");
  }
}

/**
 * Makes a call that must end by `deadline` (epoch milliseconds). After that its signal is aborted, and its result is
 * no longer waited for, whether or not it heeds the signal.
 *
 * @throws DeadlineError, at once and without calling if the deadline has passed already.
 */
export async function callBefore<T>(
  clock: Clock,
  deadline: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const remaining = deadline - clock.now();
  if (remaining <= 0) throw new DeadlineError();
  const abort = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = clock.after(remaining, () => {
    late.reject(new DeadlineError());
    abort.abort();
  });
  try {
    return await Promise.race([call(abort.signal), late.promise]);
  } finally {
    clock.clear(timer);
  }
}
