import assert from "node:assert/strict";
import { createLog } from "../../functions/common/log.ts";
import { type MetricLine, writeMetrics } from "../../functions/common/metrics.ts";
import type { Clock } from "../../local/clock.ts";

/** Stands in bodies, and may stand in no line that a function writes. */
export const CANARY = "canary-8f2e61";

/** Bytes that Lambda's pipe takes in one piece, less the line feed. */
const LONGEST_LINE = 64 * 1024 - 1;

/** @throws AssertionError where what a function wrote is no line of a log, or tells of a body. */
export function checkLine(line: string): void {
  const bytes = Buffer.byteLength(line);
  assert.ok(!line.includes("\n") && bytes <= LONGEST_LINE, `a line of ${bytes} bytes`);
  JSON.parse(line);
  assert.ok(!line.includes(CANARY), "a line of the log tells of a body");
}

/** A log and metrics as functions get them, which are looked at afterwards. */
export function hearing(clock: Pick<Clock, "now">) {
  const lines: string[] = [];
  const broken: unknown[] = [];
  const write = (line: string) => lines.push(line);
  return {
    log: createLog({ write, now: clock.now, fields: {} }),
    metrics: (line: MetricLine) => writeMetrics(write, line),
    /** Looks at what a dependency is given: what it throws would be taken for the dependency's own failure. */
    expect(look: () => void): void {
      try {
        look();
      } catch (error) {
        broken.push(error);
      }
    },
    /** @throws AssertionError where a line is none, or tells of a body; or whatever an expectation threw. */
    check(): void {
      if (broken.length > 0) throw broken[0];
      for (const line of lines) checkLine(line);
    },
  };
}
