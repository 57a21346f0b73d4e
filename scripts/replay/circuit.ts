import type { Clock } from "../../functions/common/clock.ts";
import { openCircuit, type ReadCircuit } from "../common/circuit.ts";
import { OperatorError } from "../common/operator-error.ts";

/** A long replay asks again, since the circuit may open meanwhile. */
const ASKED_AGAIN_AFTER_MS = 10_000;

/** Lets nothing pass while the circuit is anything but closed. */
export class CircuitGate {
  readonly #read: ReadCircuit;
  readonly #clock: Clock;
  #answer: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(read: ReadCircuit, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /**
   * Asks the circuit, unless it was asked seconds ago.
   *
   * @throws OperatorError where it is not closed; or whatever reading it throws.
   */
  pass(): Promise<void> {
    const now = this.#clock.now();
    if (this.#answer === undefined || now - this.#askedAt >= ASKED_AGAIN_AFTER_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<void> {
    const open = openCircuit(await this.#read());
    if (open !== undefined)
      throw new OperatorError(`${open}: nothing is replayed until it is closed (npm run breaker -- status).`);
  }
}
