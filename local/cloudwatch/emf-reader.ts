import type { Clock } from "../clock.ts";
import { EmfError, readEmf } from "./emf.ts";
import { FUTURE_MS, PAST_MS } from "./metric-limits.ts";
import type { MetricSink } from "./types.ts";

/** What became of the functions' lines. */
export interface EmfCounts {
  /** Lines whose metrics were recorded. */
  recorded: number;
  /** Lines that break the specification. */
  malformed: number;
  /** Lines with a time that CloudWatch does not take. */
  outOfTime: number;
  /** What was wrong with the last line that was not recorded. */
  lastProblem: string | undefined;
}

/** Records what functions write in the embedded metric format. */
export class EmfReader {
  readonly counts: EmfCounts = { recorded: 0, malformed: 0, outOfTime: 0, lastProblem: undefined };
  readonly #sink: MetricSink;
  readonly #clock: Clock;

  constructor(sink: MetricSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** @param line Any line of a function's output; most are of another kind. */
  read(line: string): void {
    try {
      const read = readEmf(line);
      if (read === undefined) return;
      const { timestamp, samples } = read;
      const now = this.#clock.now();
      if (timestamp < now - this.#clock.span(PAST_MS) || timestamp > now + this.#clock.span(FUTURE_MS)) {
        this.counts.outOfTime += 1;
        this.counts.lastProblem = `_aws.Timestamp is more than two weeks ago or two hours ahead: ${timestamp}`;
        return;
      }
      for (const { metric, values } of samples) {
        for (const value of values) this.#sink.record(metric, value, timestamp);
      }
      this.counts.recorded += 1;
    } catch (error) {
      if (!(error instanceof EmfError)) throw error;
      this.counts.malformed += 1;
      this.counts.lastProblem = error.message;
    }
  }
}
