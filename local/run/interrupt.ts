const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The first Ctrl-C asks for an orderly end; the second one ends the process as it would without us. */
export class Interrupt {
  readonly received: Promise<void>;
  #requested = false;
  readonly #onSignal: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.received = promise;
    this.#onSignal = () => {
      this.#requested = true;
      this.dispose();
      resolve();
    };
    for (const signal of SIGNALS) {
      process.on(signal, this.#onSignal);
    }
  }

  get requested(): boolean {
    return this.#requested;
  }

  /** The values until the interrupt. */
  async *stops<T>(values: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
    for await (const value of values) {
      if (this.#requested) {
        return;
      }
      yield value;
    }
  }

  dispose(): void {
    for (const signal of SIGNALS) {
      process.off(signal, this.#onSignal);
    }
  }
}
