import assert from "node:assert/strict";
import { EmfReader } from "../../../local/cloudwatch/emf-reader.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";

const HOUR = 3600 * 1000;
const WEEK = 7 * 24 * HOUR;

function line(timestamp: number, Count: number | number[] = 1): string {
  const directive = { Namespace: "N", Dimensions: [[]], Metrics: [{ Name: "Count" }] };
  return JSON.stringify({ _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] }, Count });
}

describe("the reader of embedded metrics", () => {
  const setUp = (speed = 1) => {
    const clock = virtualClock(undefined, speed);
    const sink = new RecordedMetrics();
    return { clock, sink, reader: new EmfReader(sink, clock) };
  };

  it("records every value under the line's own time", () => {
    const { clock, sink, reader } = setUp();
    reader.read(line(clock.now() - HOUR, [1, 2]));
    const metric = { namespace: "N", name: "Count", dimensions: {} };
    assert.deepEqual(sink.samples, [
      { metric, value: 1, timestamp: clock.now() - HOUR },
      { metric, value: 2, timestamp: clock.now() - HOUR },
    ]);
    assert.equal(reader.counts.recorded, 1);
  });

  it("counts what is malformed, records nothing of it, and goes on", () => {
    const { clock, sink, reader } = setUp();
    for (const text of ["plain", '{"_aws":7}', '{"_aws":', line(clock.now())]) reader.read(text);
    assert.deepEqual(reader.counts, { recorded: 1, malformed: 2, outOfTime: 0, lastProblem: "the line is not JSON" });
    assert.equal(sink.samples.length, 1);
  });

  for (const speed of [1, 20]) {
    it(`takes no line from more than two weeks ago or two hours ahead, at speed ${speed}`, () => {
      const { clock, sink, reader } = setUp(speed);
      const now = clock.now();
      for (const time of [now - clock.span(2 * WEEK) - 1, now + clock.span(2 * HOUR) + 1]) reader.read(line(time));
      assert.equal(sink.samples.length, 0);
      assert.equal(reader.counts.outOfTime, 2);
      assert.match(reader.counts.lastProblem ?? "", /more than two weeks ago or two hours ahead/);
      for (const time of [now - clock.span(2 * WEEK), now + clock.span(2 * HOUR)]) reader.read(line(time));
      assert.equal(sink.samples.length, 2);
    });
  }
});
