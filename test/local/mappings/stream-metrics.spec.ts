import assert from "node:assert/strict";
import { setUp, throttled } from "./stream-fixtures.ts";

const uuid = "00000000-0000-4000-8000-000000000001";

describe("the metrics of a stream's mapping", () => {
  it("give the age of each batch's last record, by its function, when it is sent", async () => {
    const { clock, insert, metrics } = setUp({ windowSeconds: 5 });
    insert("a");
    await clock.advance(2_000);
    insert("b");
    await clock.advance(3_000);
    const [sample] = metrics.of("IteratorAge");
    assert.deepEqual(sample?.metric, {
      namespace: "AWS/Lambda",
      name: "IteratorAge",
      dimensions: { FunctionName: "replay" },
    });
    assert.deepEqual([sample?.value, sample?.timestamp], [3_000, clock.now()]);
  });

  it("give the age in AWS's time", async () => {
    const { clock, insert, metrics } = setUp({ windowSeconds: 20, speed: 20 });
    insert("a");
    await clock.advance(1_000);
    assert.deepEqual(metrics.values("IteratorAge"), [20_000]);
  });

  it("show that a batch grows old while it is tried again", async () => {
    const { clock, insert, metrics } = setUp({}, () => {
      throw throttled;
    });
    insert("a");
    await clock.advance(250 + 1_000 + 2_000);
    assert.deepEqual(metrics.values("IteratorAge"), [250, 1_250, 3_250]);
  });

  it("count the events of a mapping that asks for it, by its UUID", async () => {
    const filters = ['{"dynamodb":{"Keys":{"id":{"S":["a","b"]}}}}'];
    const { clock, insert, metrics } = setUp({ emitsEventCounts: true, filters, maximumRetryAttempts: 0 }, (ids) =>
      ids.slice(1),
    );
    insert("a", "b", "x");
    await clock.advance(250);
    const counted = metrics.samples.filter(({ metric }) => metric.name !== "IteratorAge");
    assert.ok(counted.every(({ metric }) => metric.dimensions.EventSourceMappingUUID === uuid));
    assert.deepEqual(Object.fromEntries(counted.map(({ metric, value }) => [metric.name, value])), {
      PolledEventCount: 3,
      FilteredOutEventCount: 1,
      InvokedEventCount: 2,
      FailedInvokeEventCount: 1,
      DroppedEventCount: 1,
      OnFailureDestinationDeliveredEventCount: 1,
    });
  });

  it("count nothing for a mapping that does not ask", async () => {
    const { clock, insert, metrics, mapping } = setUp();
    insert("a");
    await clock.advance(250);
    assert.deepEqual([metrics.samples.map(({ metric }) => metric.name), mapping.counts.invoked], [["IteratorAge"], 1]);
  });
});
