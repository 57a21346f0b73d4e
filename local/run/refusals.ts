import { count } from "../console.ts";
import type { Refusal } from "./producer.ts";

/** Refused events that are shown one by one. */
const SHOWN = 5;

/** Events that SQS did not accept. */
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
    if (this.count === 0) {
      return [];
    }
    const shown = this.#first.map(({ event, reason }) => `  topic ${event.topic}: ${reason}`);
    const more = this.count > shown.length ? [`  and ${count(this.count - shown.length)} more`] : [];
    return [`${count(this.count)} events were not accepted:`, ...shown, ...more];
  }
}
