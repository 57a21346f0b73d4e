import type { Clock } from "../clock.ts";

const MINUTE_MS = 60_000;

/**
 * Minutes of AWS's time, numbered from 1970: what metrics are kept by, and what periods are made of. A scaled clock lets
 * a minute pass in less; without a scale a minute's number is the same as AWS's.
 */
export class Minutes {
  /** Real milliseconds that a minute lasts. */
  readonly #length: number;

  constructor(clock: Clock) {
    this.#length = clock.span(MINUTE_MS);
  }

  /** @param timestamp epoch milliseconds. */
  at(timestamp: number): number {
    return Math.floor(timestamp / this.#length);
  }

  /** The first whole epoch millisecond of a minute. */
  startOf(minute: number): number {
    return Math.ceil(minute * this.#length);
  }
}
