import assert from "node:assert/strict";
import { EventCounter } from "../../../local/mappings/event-counter.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";

const uuid = "00000000-0000-4000-8000-000000000001";

describe("an event counter", () => {
  it("counts, and sends each addition at the time when it is made", async () => {
    const clock = virtualClock();
    const sink = new RecordedMetrics();
    const events = new EventCounter(["polled", "deleted"], uuid, { sink, clock });
    events.add("polled", 2);
    await clock.advance(1000);
    events.add("polled", 3);
    events.add("deleted", 0);
    assert.deepEqual(events.counts, { polled: 5, deleted: 0 });
    const metric = {
      namespace: "AWS/Lambda",
      name: "PolledEventCount",
      dimensions: { EventSourceMappingUUID: uuid },
    };
    assert.deepEqual(sink.samples, [
      { metric, value: 2, timestamp: clock.now() - 1000 },
      { metric, value: 3, timestamp: clock.now() },
    ]);
  });

  it("counts where nobody wants the metrics", () => {
    const events = new EventCounter(["dropped"], uuid, { sink: undefined, clock: virtualClock() });
    events.add("dropped", 1);
    assert.deepEqual(events.counts, { dropped: 1 });
  });
});
