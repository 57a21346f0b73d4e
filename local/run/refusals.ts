import { count } from "../console.ts";
import type { Refusal } from "../producer/produce.ts";

/** Refused events that are shown one by one. */
const SHOWN = 5;

/** What was not sent: events that SQS did not accept, lines that are no events, an input without any. */
export class Refusals {
  readonly #first: Refusal[] = [];
  count = 0;

  add(refusal: Refusal): void {
    this.count += 1;
    if (this.#first.length < SHOWN) {
      this.#first.push(refusal);
    }
  }

  lines(): string[] {
    const [first] = this.#first;
    if (first === undefined) {
      return [];
    }
    // An input that is wrong as a whole has nothing else to refuse.
    if (first.where === undefined) {
      return [first.reason];
    }
    const shown = this.#first.map(({ where, reason }) => `  ${where}: ${reason}`);
    const more = this.count > shown.length ? [`  and ${count(this.count - shown.length)} more`] : [];
    const events = this.count === 1 ? "1 event was" : `${count(this.count)} events were`;
    return [`${events} not accepted:`, ...shown, ...more];
  }
}
