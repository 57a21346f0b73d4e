import assert from "node:assert/strict";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";
import { newStream, order, record } from "./fixtures.ts";

const SPEED = 20;

describe("the metrics of a delivery stream", () => {
  it("are Firehose's own, by the stream's name, at the time when they are measured", async () => {
    const metrics = new RecordedMetrics();
    const { stream, clock } = newStream({}, { metrics });
    await clock.advance(5_000);
    stream.put([order("a"), order("b")]);
    const dimensions = { DeliveryStreamName: "events" };
    assert.deepEqual(metrics.of("IncomingRecords"), [
      { metric: { namespace: "AWS/Firehose", name: "IncomingRecords", dimensions }, value: 2, timestamp: clock.now() },
    ]);
    assert.deepEqual(metrics.values("IncomingBytes"), [2 * order("a").bytes]);
    assert.deepEqual(metrics.values("IncomingPutRequests"), [1]);
  });

  it("follow the records to their end", async () => {
    const metrics = new RecordedMetrics();
    const { stream, clock } = newStream({}, { metrics });
    stream.put([order("a"), record({ id: 1 })]);
    await clock.advance(1_000_000);
    const sums = {
      "ExecuteProcessing.Success": 1,
      "SucceedProcessing.Records": 2,
      "DeliveryToIceberg.IncomingRowCount": 2,
      "DeliveryToIceberg.SuccessfulRowCount": 1,
      "DeliveryToIceberg.FailedRowCount": 1,
      "DeliveryToIceberg.Success": 1,
    };
    for (const [name, sum] of Object.entries(sums)) assert.equal(metrics.sum(name), sum, name);
  });

  it("tell how long the transform took in AWS's own milliseconds", async () => {
    const metrics = new RecordedMetrics();
    const { stream, clock, fn } = newStream({}, { speed: SPEED, metrics });
    const answer = fn.answer;
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => clock.after(3_000, resolve));
      return answer(event);
    };
    stream.put([order("a")]);
    await clock.advance(clock.span(120_000));
    assert.deepEqual(metrics.values("ExecuteProcessing.Duration"), [3_000]);
  });
});
