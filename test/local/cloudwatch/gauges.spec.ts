import assert from "node:assert/strict";
import { Gauges } from "../../../local/cloudwatch/gauges.ts";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";

describe("gauges", () => {
  const setUp = (speed: number) => {
    const clock = virtualClock(undefined, speed);
    const minutes = new Minutes(clock);
    const sink = new RecordedMetrics();
    let level = 0;
    const source = {
      *read() {
        level += 1;
        for (const QueueName of ["a", "b"]) {
          yield { metric: { namespace: "AWS/SQS", name: "Depth", dimensions: { QueueName } }, value: level };
        }
      },
    };
    return { clock, minutes, sink, gauges: new Gauges([source, source], { clock, minutes, sink }) };
  };

  for (const speed of [1, 7, 20]) {
    it(`are read once in every minute of AWS's time, at speed ${speed}`, async () => {
      const { clock, minutes, sink, gauges } = setUp(speed);
      const first = minutes.at(clock.now());
      gauges.start();
      await clock.advance(clock.span(10 * 60_000));
      const read = sink.samples.map(({ timestamp }) => minutes.at(timestamp) - first);
      assert.deepEqual([...new Set(read)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.equal(read.length, 40);
    });
  }

  it("wait for the next minute when the middle of this one is over", async () => {
    const { clock, sink, gauges } = setUp(1);
    await clock.advance(31_000);
    gauges.start();
    await clock.advance(58_000);
    assert.equal(sink.samples.length, 0);
    await clock.advance(1000);
    assert.deepEqual(sink.values("Depth"), [1, 1, 2, 2]);
  });

  it("are read no more once stopped", async () => {
    const { clock, sink, gauges } = setUp(1);
    gauges.start();
    gauges.stop();
    await clock.advance(120_000);
    assert.equal(sink.samples.length, 0);
    assert.equal(clock.pending(), 0);
  });
});
