import assert from "node:assert/strict";
import fc from "fast-check";
import type { MappingConfiguration } from "../../../local/mappings/configuration.ts";
import { EventSourceMapping } from "../../../local/mappings/event-source-mapping.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";
import { FakeFunction, functionArn } from "./fake-function.ts";
import { FakeQueue } from "./fake-queue.ts";

function setUp(overrides: Partial<MappingConfiguration> = {}, limits: { reserved?: number; slots?: number } = {}) {
  const clock = virtualClock();
  const queue = new FakeQueue(clock);
  const processor = new FakeFunction(limits);
  const metrics = new RecordedMetrics();
  const services = { queue, invoker: processor, slots: processor.slots, clock, metrics };
  const mapping = new EventSourceMapping(
    {
      uuid: "00000000-0000-4000-8000-000000000001",
      queueArn: queue.arn,
      functionArn,
      batchSize: 3,
      windowSeconds: 1,
      maximumConcurrency: undefined,
      reportsItemFailures: true,
      emitsEventCounts: false,
      enabled: true,
      ...overrides,
    },
    services,
  );
  mapping.start();
  return { clock, queue, processor, mapping, metrics, services };
}

describe("an event source mapping", () => {
  it("invokes at once when the queue holds a full batch", () => {
    const { queue, processor } = setUp();
    queue.send("a", "b", "c", "d");
    assert.deepEqual(processor.batches, [["a", "b", "c"]]);
  });

  it("invokes with fewer when the window that the first message opened is over", async () => {
    const { clock, queue, processor } = setUp();
    queue.send("a");
    await clock.advance(600);
    queue.send("b");
    await clock.advance(399);
    assert.deepEqual(processor.batches, []);
    await clock.advance(1);
    assert.deepEqual(processor.batches, [["a", "b"]]);
    queue.send("c");
    await clock.advance(999);
    assert.equal(processor.batches.length, 1);
  });

  it("opens a window of its own for the next batch", async () => {
    const { clock, queue, processor } = setUp();
    queue.send("a", "b");
    await clock.advance(900);
    queue.send("c", "d");
    await clock.advance(999);
    assert.deepEqual(processor.batches, [["a", "b", "c"]]);
    await clock.advance(1);
    assert.deepEqual(processor.batches[1], ["d"]);
  });

  it("without a window invokes with what is there", () => {
    const { queue, processor } = setUp({ windowSeconds: 0 });
    queue.send("a");
    assert.deepEqual(processor.batches, [["a"]]);
  });

  it("closes a batch before its records exceed 6 MB, and begins the next with the rest", () => {
    const { queue, processor } = setUp({ batchSize: 100 });
    const body = "x".repeat(1_000_000);
    queue.sendBodies(...["a", "b", "c", "d", "e", "f", "g"].map((id) => ({ id, body })));
    assert.deepEqual(processor.batches, [["a", "b", "c", "d", "e", "f"]]);
    assert.ok((processor.running[0]?.payload.length ?? 0) <= 6 * 1024 * 1024);
    assert.deepEqual(queue.inFlight.at(-1), "g");
  });

  it("runs no more batches at once than its maximum concurrency", async () => {
    const { clock, queue, processor } = setUp({ maximumConcurrency: 2, batchSize: 1 });
    queue.send("a", "b", "c");
    assert.deepEqual(processor.batches, [["a"], ["b"]]);
    assert.deepEqual(queue.visible, ["c"]);
    processor.running[0]?.answer({});
    await clock.advance(0);
    assert.deepEqual(processor.batches[2], ["c"]);
  });

  it("leaves messages in the queue while this machine has no slot for the function", async () => {
    const { clock, queue, processor } = setUp({ batchSize: 1 }, { slots: 1 });
    queue.send("a", "b");
    await clock.advance(60_000);
    assert.deepEqual(queue.visible, ["b"]);
    processor.running[0]?.answer({});
    await clock.advance(0);
    assert.deepEqual(processor.batches, [["a"], ["b"]]);
  });

  it("takes turns with another mapping of the same function", async () => {
    const { clock, queue, processor, mapping, services } = setUp({ batchSize: 1 }, { slots: 1 });
    const other = new FakeQueue(clock);
    new EventSourceMapping({ ...mapping.configuration, queueArn: other.arn }, { ...services, queue: other }).start();
    queue.send("a1", "a2", "a3");
    other.send("b1", "b2", "b3");
    for (let batch = 0; batch < 6; batch += 1) {
      processor.succeed();
      await clock.advance(0);
    }
    // The first had already asked for the next slot when the second came.
    assert.deepEqual(processor.batches.flat(), ["a1", "a2", "b1", "a3", "b2", "b3"]);
  });

  it("deletes what succeeded and leaves what failed in flight until its visibility timeout", async () => {
    const { clock, queue, processor, mapping } = setUp();
    queue.send("a", "b", "c");
    processor.running[0]?.answer({ payload: '{"batchItemFailures":[{"itemIdentifier":"b"}]}' });
    await clock.advance(0);
    assert.deepEqual(queue.deleted, ["a", "c"]);
    assert.deepEqual(queue.inFlight, ["b"]);
    await clock.advance(90_000 + 1000);
    assert.deepEqual(processor.batches[1], ["b"]);
    assert.deepEqual(mapping.counts, { polled: 4, invoked: 4, failedInvoke: 1, deleted: 2 });
  });

  it("tries a throttled batch again while its messages are in flight", async () => {
    const { clock, queue, processor } = setUp({ batchSize: 1 }, { reserved: 1 });
    queue.send("a", "b");
    assert.deepEqual(processor.batches, [["a"]]);
    processor.succeed();
    await clock.advance(999);
    assert.deepEqual(queue.inFlight, ["b"]);
    await clock.advance(1);
    assert.deepEqual(processor.batches, [["a"], ["b"]]);
  });

  it("gives a throttled batch back when its visibility timeout ends", async () => {
    const { clock, queue, processor, mapping } = setUp({ batchSize: 1, maximumConcurrency: 1 }, { reserved: 0 });
    queue.send("a");
    await clock.advance(89_999);
    assert.deepEqual(queue.inFlight, ["a"]);
    assert.equal(mapping.counts.polled, 1);
    // After 1, 2, 4 and 8 seconds, then every 10.
    assert.equal(processor.attempts, 12);
    await clock.advance(1);
    assert.equal(mapping.counts.polled, 2);
    assert.deepEqual(queue.deleted, []);
  });

  it("leaves a batch in flight when the function cannot be invoked", async () => {
    const { clock, queue, mapping, services } = setUp();
    await mapping.stop();
    const invoker = { invoke: () => Promise.reject(new Error("gone")) };
    const broken = new EventSourceMapping(mapping.configuration, { ...services, invoker });
    broken.start();
    queue.send("a", "b", "c");
    await clock.advance(0);
    assert.deepEqual(queue.inFlight, ["a", "b", "c"]);
    assert.deepEqual(queue.deleted, []);
  });

  it("created disabled polls nothing until it is enabled", () => {
    const { queue, processor, mapping } = setUp({ enabled: false });
    queue.send("a", "b", "c");
    assert.deepEqual(queue.visible, ["a", "b", "c"]);
    mapping.setEnabled(true);
    assert.deepEqual(processor.batches, [["a", "b", "c"]]);
  });

  it("when disabled finishes what it has taken and takes no more", async () => {
    const { clock, queue, processor, mapping } = setUp();
    queue.send("a");
    mapping.setEnabled(false);
    assert.deepEqual(processor.batches, [["a"]]);
    queue.send("b", "c", "d");
    processor.succeed();
    await clock.advance(10_000);
    assert.deepEqual(queue.deleted, ["a"]);
    assert.deepEqual(queue.visible, ["b", "c", "d"]);
  });

  describe("updated while it runs", () => {
    const settings = { batchSize: 3, windowSeconds: 1, maximumConcurrency: undefined, reportsItemFailures: true };

    it("goes on with the new batch size, and hands out what it has taken in batches of it", async () => {
      const { clock, queue, processor, mapping } = setUp({ batchSize: 5 });
      queue.send("a", "b", "c", "d");
      mapping.update({ ...settings, batchSize: 2 });
      assert.deepEqual(processor.batches, [
        ["a", "b"],
        ["c", "d"],
      ]);
      assert.equal(mapping.configuration.batchSize, 2);
      queue.send("e");
      await clock.advance(1000);
      assert.deepEqual(processor.batches[2], ["e"]);
    });

    it("ends a window that was open in the time of the new one", async () => {
      const { clock, queue, processor, mapping } = setUp({ windowSeconds: 300 });
      queue.send("a");
      await clock.advance(10_000);
      mapping.update({ ...settings, windowSeconds: 2 });
      await clock.advance(1_999);
      assert.deepEqual(processor.batches, []);
      await clock.advance(1);
      assert.deepEqual(processor.batches, [["a"]]);
    });

    it("keeps a window that is not changed", async () => {
      const { clock, queue, processor, mapping } = setUp();
      queue.send("a");
      await clock.advance(900);
      mapping.update({ ...settings, maximumConcurrency: 2 });
      await clock.advance(100);
      assert.deepEqual(processor.batches, [["a"]]);
    });

    it("runs as many batches as the new maximum concurrency admits, and lets those above it finish", async () => {
      const { clock, queue, processor, mapping } = setUp({ batchSize: 1, maximumConcurrency: 2 });
      queue.send("a", "b", "c", "d", "e");
      mapping.update({ ...settings, batchSize: 1, maximumConcurrency: 4 });
      assert.deepEqual(processor.batches.flat(), ["a", "b", "c", "d"]);
      mapping.update({ ...settings, batchSize: 1, maximumConcurrency: 2 });
      processor.running[0]?.answer({});
      await clock.advance(0);
      assert.deepEqual(queue.visible, ["e"]);
      processor.succeed();
      await clock.advance(0);
      assert.deepEqual(processor.batches[4], ["e"]);
    });

    it("takes nothing while it is disabled", () => {
      const { queue, mapping } = setUp({ enabled: false });
      queue.send("a", "b", "c");
      mapping.update({ ...settings, windowSeconds: 0 });
      assert.deepEqual(queue.visible, ["a", "b", "c"]);
    });
  });

  describe("with EventCount", () => {
    const uuid = "00000000-0000-4000-8000-000000000001";

    it("sends its counts as metrics of its UUID", async () => {
      const { clock, queue, processor, metrics } = setUp({ emitsEventCounts: true });
      queue.send("a", "b", "c");
      processor.running[0]?.answer({ payload: '{"batchItemFailures":[{"itemIdentifier":"b"}]}' });
      await clock.advance(0);
      const dimensions = { EventSourceMappingUUID: uuid };
      assert.deepEqual(
        metrics.samples.map(({ metric, value }) => [metric.namespace, metric.name, metric.dimensions, value]),
        [
          ["AWS/Lambda", "PolledEventCount", dimensions, 3],
          ["AWS/Lambda", "InvokedEventCount", dimensions, 3],
          ["AWS/Lambda", "DeletedEventCount", dimensions, 2],
          ["AWS/Lambda", "FailedInvokeEventCount", dimensions, 1],
        ],
      );
    });

    it("sends none for polls that find nothing, and none without it", async () => {
      const counting = setUp({ emitsEventCounts: true });
      counting.mapping.setEnabled(false);
      counting.mapping.setEnabled(true);
      assert.deepEqual(counting.metrics.samples, []);
      const silent = setUp({ emitsEventCounts: false });
      silent.queue.send("a", "b", "c");
      assert.deepEqual(silent.metrics.samples, []);
      assert.equal(silent.mapping.counts.polled, 3);
    });
  });

  it("resolves its stop when no batch is under way, a throttled one included", async () => {
    const { clock, queue, processor, mapping } = setUp({ batchSize: 1 }, { reserved: 1 });
    queue.send("a", "b");
    let stopped = false;
    void mapping.stop().then(() => {
      stopped = true;
    });
    await clock.advance(0);
    assert.equal(stopped, false);
    processor.succeed();
    await clock.advance(0);
    assert.equal(stopped, true);
    assert.deepEqual(queue.inFlight, ["b"]);
  });

  it("deletes a message or leaves it in flight, never both and never neither, whatever the function answers", async () => {
    const ids = ["a", "b", "c"];
    const identifier = fc.oneof(fc.constantFrom(...ids), fc.constantFrom("", "x", null));
    const payload = fc.oneof(
      fc
        .array(fc.record({ itemIdentifier: identifier }), { maxLength: 4 })
        .map((batchItemFailures) => JSON.stringify({ batchItemFailures })),
      fc.json(),
      fc.string(),
    );
    const functionError = fc.option(fc.constant("Unhandled" as const), { nil: undefined, freq: 8 });
    await fc.assert(
      fc.asyncProperty(payload, functionError, fc.boolean(), async (text, error, reportsItemFailures) => {
        const { clock, queue, processor } = setUp({ reportsItemFailures });
        queue.send(...ids);
        processor.running[0]?.answer({ payload: text, functionError: error });
        await clock.advance(0);
        assert.deepEqual([...queue.deleted, ...queue.inFlight].sort(), ids);
        assert.deepEqual(queue.visible, []);
        if (error !== undefined) {
          assert.deepEqual(queue.deleted, []);
        }
      }),
    );
  });

  it("loses no message of any load, whatever is throttled, fails, is slow or is changed", async () => {
    const step = fc.oneof(
      fc.record({ send: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ wait: fc.integer({ min: 1, max: 2000 }) }),
      fc.record({ fail: fc.boolean() }),
      fc.record({ enable: fc.boolean() }),
      fc.record({
        batchSize: fc.integer({ min: 1, max: 10 }),
        windowSeconds: fc.integer({ min: 0, max: 2 }),
        maximumConcurrency: fc.option(fc.integer({ min: 2, max: 4 }), { nil: undefined }),
        reportsItemFailures: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.record({ reserved: fc.constantFrom(1, 5), slots: fc.constantFrom(1, 3) }),
        async (steps, limits) => {
          const { clock, queue, processor, mapping } = setUp({ maximumConcurrency: 4 }, limits);
          let sent = 0;
          for (const action of steps) {
            if ("send" in action) {
              queue.send(...Array.from({ length: action.send }, () => `m${sent++}`));
            } else if ("wait" in action) {
              await clock.advance(action.wait);
            } else if ("enable" in action) {
              mapping.setEnabled(action.enable);
            } else if ("batchSize" in action) {
              mapping.update(action);
            } else {
              processor.running[0]?.answer(action.fail ? { functionError: "Unhandled" } : {});
            }
          }
          mapping.setEnabled(true);
          for (let round = 0; round < 1000 && queue.deleted.length < sent; round += 1) {
            processor.succeed();
            await clock.advance(1000);
          }
          assert.equal(new Set(queue.deleted).size, sent);
          assert.equal(queue.deleted.length, sent);
        },
      ),
      { numRuns: 30 },
    );
  });
});
