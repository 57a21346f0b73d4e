import type { Clock, Timer } from "../clock.ts";

/** What an announcer asks of its queue. */
export interface Announced {
  /** Brings the queue up to now first. */
  hasVisible(): boolean;
  /** When the next hidden message is due, in epoch milliseconds of the clock. */
  nextDue(): number | undefined;
}

/** Tells a queue's consumers that there is something to receive. Its timer runs only while somebody listens. */
export class Announcer {
  private readonly queue: Announced;
  private readonly clock: Clock;
  private readonly listeners = new Set<() => void>();
  private announcing = false;
  private timer: Timer | undefined = undefined;
  private timerDue = 0;

  constructor(queue: Announced, clock: Clock) {
    this.queue = queue;
    this.clock = clock;
  }

  /** Returns what ends it. */
  add(listener: () => void): () => void {
    // A wrapper, so that each registration ends by itself even if the same function listens twice.
    const registered = (): void => listener();
    this.listeners.add(registered);
    this.expect();
    return () => {
      this.listeners.delete(registered);
      if (this.listeners.size === 0 && this.timer !== undefined) {
        this.clock.clear(this.timer);
        this.timer = undefined;
      }
    };
  }

  /** Many arrivals in one turn are one call, made when the caller's own code has run. */
  announce(): void {
    if (this.announcing || this.listeners.size === 0) {
      return;
    }
    this.announcing = true;
    queueMicrotask(() => {
      this.announcing = false;
      if (!this.queue.hasVisible()) {
        return;
      }
      for (const listener of this.listeners) {
        listener();
      }
    });
  }

  /** To be called whenever the next message may be due earlier than before. */
  expect(): void {
    if (this.listeners.size === 0) {
      return;
    }
    const due = this.queue.nextDue();
    if (due === undefined) {
      return;
    }
    if (this.timer !== undefined) {
      // A timer that is too early costs one idle call; setting it anew on every delete would cost more.
      if (this.timerDue <= due) {
        return;
      }
      this.clock.clear(this.timer);
    }
    this.timerDue = due;
    this.timer = this.clock.at(due, () => {
      this.timer = undefined;
      if (this.queue.hasVisible()) {
        this.announce();
      }
      this.expect();
    });
  }
}
