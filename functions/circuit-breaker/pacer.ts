import { type Clock, sleep } from "../common/clock.ts";

/**
 * Lambda admits 15 calls of its control plane a second in an account, whoever makes them
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): five are left to others.
 */
const CALLS_A_SECOND = 10;
const INTERVAL_MS = 1000 / CALLS_A_SECOND;

/** After a call that AWS found too many. */
const PAUSE_MS = 1000;

/** The time for further calls is over. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";

  constructor() {
    super("no time is left for another call");
  }
}

/** Spreads calls over time, evenly: no second holds more than the rate. */
export class Pacer {
  readonly #clock: Clock;
  readonly #stopAt: number;
  #next: number;

  /** @param stopAt Epoch milliseconds from which no call begins. */
  constructor(clock: Clock, stopAt: number) {
    this.#clock = clock;
    this.#stopAt = stopAt;
    // Another invocation may have made its last call just now.
    this.#next = clock.now() + INTERVAL_MS;
  }

  /** Resolves when a call may be made. @throws OutOfTime, at once, where that is too late. */
  async turn(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#next);
    if (at >= this.#stopAt) throw new OutOfTime();
    this.#next = at + INTERVAL_MS;
    if (at > now) await sleep(this.#clock, at - now);
  }

  /** AWS found the calls too many: the next one waits. */
  slowDown(): void {
    this.#next = Math.max(this.#next, this.#clock.now() + PAUSE_MS);
  }
}
