import assert from "node:assert/strict";
import { DataFreshness } from "../../../local/firehose/data-freshness.ts";
import { newStream, type Overrides, onlyOrders, order, record } from "./fixtures.ts";

const SECOND = 1_000;

function fresh(overrides: Overrides = {}, speed = 1) {
  const stage = newStream(overrides, { speed });
  const freshness = new DataFreshness(new Map([["events", stage.stream]]), stage.clock);
  const values = () => Array.from(freshness.read(), ({ value }) => value);
  /** @param ms Of AWS's time. */
  const pass = (ms: number) => stage.clock.advance(stage.clock.span(ms));
  return { ...stage, freshness, values, pass };
}

describe("the data freshness of a delivery stream", () => {
  it("is the age in seconds of the oldest record in it, in whatever stage", async () => {
    const { stream, freshness, values, pass } = fresh();
    assert.deepEqual(values(), []);
    stream.put([order("a")]);
    await pass(30 * SECOND);
    stream.put([order("b")]);
    await pass(20 * SECOND);
    const metric = {
      namespace: "AWS/Firehose",
      name: "DeliveryToIceberg.DataFreshness",
      dimensions: { DeliveryStreamName: "events" },
    };
    assert.deepEqual([...freshness.read()], [{ metric, value: 50 }]);
    // Both are transformed, the one after the other, and wait for their delivery.
    await pass(100 * SECOND);
    assert.deepEqual(values(), [150]);
    await pass(300 * SECOND);
    assert.deepEqual(values(), []);
  });

  it("grows while the tables refuse, in AWS's seconds at any speed", async () => {
    const { stream, tables, values, pass } = fresh(
      { transform: undefined, delivery: { destinations: onlyOrders, retryMs: 7_200 * SECOND } },
      20,
    );
    tables.refuse = () => true;
    stream.put([order("a")]);
    await pass(3_600 * SECOND);
    assert.deepEqual(values(), [3_600]);
  });

  it("no longer knows what goes to the error output", async () => {
    const { stream, values, pass } = fresh({ transform: undefined, delivery: { destinations: onlyOrders } });
    stream.put([record({ wrong: true })]);
    await pass(299 * SECOND);
    assert.deepEqual(values(), [299]);
    await pass(2 * SECOND);
    assert.deepEqual(values(), []);
    assert.equal(stream.account().buffered, 1);
  });
});
