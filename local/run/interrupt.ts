const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * The first Ctrl-C asks for an orderly end, the second one for an end that waits for nothing more; the third ends the
 * process as it would without us.
 */
export class Interrupt {
  /** Resolves at the first signal. */
  readonly received: Promise<void>;
  #signals = 0;
  readonly #onSignal: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.received = promise;
    this.#onSignal = () => {
      this.#signals += 1;
      resolve();
      if (this.repeated) this.dispose();
    };
    for (const signal of SIGNALS) {
      process.on(signal, this.#onSignal);
    }
  }

  get requested(): boolean {
    return this.#signals > 0;
  }

  get repeated(): boolean {
    return this.#signals > 1;
  }

  dispose(): void {
    for (const signal of SIGNALS) {
      process.off(signal, this.#onSignal);
    }
  }
}
