import type { Clock, Timer } from "../clock.ts";

/** The timers of one stream, which all end with it, so that a stream that stops leaves none behind. */
export class Timers {
  readonly #clock: Clock;
  /** What happens to each timer that is set when the stream ends. */
  readonly #set = new Map<Timer, () => void>();
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Calls `run` when a duration of `ms` has passed, unless the timers ended before. */
  after(ms: number, run: () => void): Timer {
    return this.#start(ms, run, () => undefined);
  }

  clear(timer: Timer): void {
    this.#set.delete(timer);
    this.#clock.clear(timer);
  }

  /** Resolves true when a duration of `ms` has passed, false when {@link end} came first. */
  wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#start(
        ms,
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  #start(ms: number, run: () => void, onEnd: () => void): Timer {
    if (this.#ended) {
      onEnd();
      return undefined;
    }
    const timer = this.#clock.after(ms, () => {
      this.#set.delete(timer);
      run();
    });
    this.#set.set(timer, onEnd);
    return timer;
  }

  /** Ends every timer, and those to come. */
  end(): void {
    this.#ended = true;
    for (const [timer, onEnd] of this.#set) {
      this.#clock.clear(timer);
      onEnd();
    }
    this.#set.clear();
  }
}

/** How long to wait after the `attempt`th failure, in milliseconds; AWS does not say how Firehose paces retries [?]. */
export function retryDelay(attempt: number): number {
  return Math.min(1000 * 2 ** (attempt - 1), 30_000);
}

/** Work under way. */
export class InFlight {
  readonly #work = new Set<Promise<void>>();

  get size(): number {
    return this.#work.size;
  }

  /** @param then Called when the work is no longer under way; what it starts counts as under way at once. */
  track(work: Promise<void>, then: () => void = () => undefined): void {
    const tracked = work.finally(() => {
      this.#work.delete(tracked);
      then();
    });
    this.#work.add(tracked);
  }

  /** Resolves when no work is under way. */
  async done(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
