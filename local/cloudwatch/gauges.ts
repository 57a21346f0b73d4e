import type { Clock, Timer } from "../clock.ts";
import type { Minutes } from "./minutes.ts";
import type { GaugeSource, MetricSink } from "./types.ts";

export interface GaugeServices {
  clock: Clock;
  minutes: Minutes;
  sink: MetricSink;
}

/** In the middle of a minute, so that a reading that is early or late still falls into it. */
const READING_MS = 30_000;

/** Reads the levels that services report once a minute, and records them. */
export class Gauges {
  readonly #sources: readonly GaugeSource[];
  readonly #services: GaugeServices;
  #timer: Timer;

  /** Does nothing until {@link start}. */
  constructor(sources: readonly GaugeSource[], services: GaugeServices) {
    this.#sources = sources;
    this.#services = services;
  }

  /** Reads in this minute, if its middle is not over, and in every one that follows. */
  start(): void {
    const { clock, minutes } = this.#services;
    this.#await(minutes.at(clock.now() + clock.span(READING_MS)));
  }

  stop(): void {
    this.#services.clock.clear(this.#timer);
  }

  #await(minute: number): void {
    const { clock, minutes } = this.#services;
    this.#timer = clock.at(Math.ceil(minutes.startOf(minute) + clock.span(READING_MS)), () => {
      const now = clock.now();
      this.#await(Math.max(minute, minutes.at(now)) + 1);
      this.#read(now);
    });
  }

  #read(now: number): void {
    for (const source of this.#sources) {
      for (const { metric, value } of source.read()) this.#services.sink.record(metric, value, now);
    }
  }
}
