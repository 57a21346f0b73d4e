import type { Clock } from "../clock.ts";
import { namedRandom } from "../input/random.ts";
import type { AskedFault } from "./asked-fault.ts";

/** Decides when one fault strikes, by numbers of its own, and counts how often it did. */
export class Trigger {
  /** In [0, 1), for what a strike looks like. */
  readonly random: () => number;
  readonly #asked: AskedFault;
  readonly #clock: Clock;
  /** Epoch milliseconds; never, until the first send. */
  #from = Number.POSITIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;
  #strikes = 0;

  constructor(asked: AskedFault, seed: number, clock: Clock) {
    this.#asked = asked;
    this.#clock = clock;
    this.random = namedRandom(seed, asked.name);
  }

  /** Begins to count the window's time; nothing strikes before. */
  begin(): void {
    this.#from = this.#clock.deadline(this.#asked.from * 1000);
    this.#to = this.#clock.deadline(this.#asked.to * 1000);
  }

  /** From now on nothing strikes. */
  end(): void {
    this.#to = Number.NEGATIVE_INFINITY;
  }

  /** How often it has struck. */
  get injected(): number {
    return this.#strikes;
  }

  /**
   * Whether the fault strikes now. Outside of its window it draws no number.
   *
   * @param share Of the rate that was asked for, 0–1.
   */
  strikes(share = 1): boolean {
    const now = this.#clock.now();
    if (now < this.#from || now >= this.#to || this.random() >= this.#asked.rate * share) {
      return false;
    }
    this.#strikes += 1;
    return true;
  }
}
