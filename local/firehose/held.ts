/** The records that a stage holds, by when the stream took them. */
export class Held {
  /** How many of each millisecond. */
  readonly #arrivals = new Map<number, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ arrival }: { arrival: number }): void {
    this.#size += 1;
    this.#arrivals.set(arrival, (this.#arrivals.get(arrival) ?? 0) + 1);
  }

  /** `records` must be held. */
  remove(records: Iterable<{ arrival: number }>): void {
    for (const { arrival } of records) {
      this.#size -= 1;
      const left = (this.#arrivals.get(arrival) ?? 0) - 1;
      if (left > 0) this.#arrivals.set(arrival, left);
      else this.#arrivals.delete(arrival);
    }
  }

  /** When the oldest came, in epoch milliseconds; looks at every millisecond that has records. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const arrival of this.#arrivals.keys()) {
      if (oldest === undefined || arrival < oldest) oldest = arrival;
    }
    return oldest;
  }
}
