import type { Timer } from "../clock.ts";
import type { Timers } from "./waiting.ts";

/** When a buffer is full: whichever comes first. */
export interface BufferHints {
  bytes: number;
  /** Counted from the first item; 0 hands on what arrives in the same turn. */
  ms: number;
}

/** Gathers items and hands them on by size or interval, with one timer for all of them. */
export class RecordBuffer<T> {
  readonly #hints: BufferHints;
  readonly #timers: Timers;
  readonly #deliver: (items: T[], bytes: number) => void;
  #items: T[] = [];
  #bytes = 0;
  #timer: Timer;

  constructor(hints: BufferHints, timers: Timers, deliver: (items: T[], bytes: number) => void) {
    this.#hints = hints;
    this.#timers = timers;
    this.#deliver = deliver;
  }

  add(item: T, bytes: number): void {
    if (this.#items.length === 0) this.#timer = this.#timers.after(this.#hints.ms, () => this.cut());
    this.#items.push(item);
    this.#bytes += bytes;
    if (this.#bytes >= this.#hints.bytes) this.cut();
  }

  /** Hands on what is there, if anything. */
  cut(): void {
    if (this.#items.length === 0) return;
    const [items, bytes] = [this.#items, this.#bytes];
    this.#timers.clear(this.#timer);
    this.#items = [];
    this.#bytes = 0;
    this.#deliver(items, bytes);
  }
}
