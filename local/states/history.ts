import type { Clock } from "../clock.ts";
import { ERRORS, StateError } from "./state-error.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_EVENTS = 25_000;

export interface HistoryEvent {
  /** From 1 on. */
  id: number;
  /** Epoch milliseconds. */
  timestamp: number;
  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
  type: string;
  details: Readonly<Record<string, unknown>>;
}

/** What happened in an execution, in the order in which it did. */
export class History {
  readonly #clock: Clock;
  readonly #events: HistoryEvent[] = [];
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * Adds an event, unless the execution has ended.
   *
   * @returns its id.
   * @throws StateError when there are too many: the execution fails. Its name is not documented [?].
   */
  append(type: string, details: HistoryEvent["details"] = {}): number {
    const id = this.#events.length + 1;
    if (this.#closed) return id;
    if (id >= MAX_EVENTS) {
      const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      throw new StateError(ERRORS.runtime, cause);
    }
    this.#add(id, type, details);
    return id;
  }

  /** Adds the last event. */
  close(type: string, details: HistoryEvent["details"]): void {
    this.#add(this.#events.length + 1, type, details);
    this.#closed = true;
  }

  #add(id: number, type: string, details: HistoryEvent["details"]): void {
    this.#events.push({ id, timestamp: this.#clock.now(), type, details });
  }
}
