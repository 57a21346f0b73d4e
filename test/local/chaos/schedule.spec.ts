import assert from "node:assert/strict";
import { badEvents, faultsFor } from "../../../local/chaos/schedule.ts";
import { FAULT_NAMES } from "../../../local/faults/asked-fault.ts";

describe("the schedule of chaos", () => {
  it("has every fault in a soak, at once, and Firehose away for a part of it, in AWS's seconds", () => {
    const soak = faultsFor(1800, 5);
    assert.deepEqual(soak.map(({ name }) => name).toSorted(), FAULT_NAMES.toSorted());
    for (const { name, rate, from, to } of soak) {
      assert.ok(rate > 0 && rate <= 1, name);
      assert.ok(name === "firehose-outage" ? from > 0 && to <= 9000 : from === 0 && to === Number.POSITIVE_INFINITY);
    }
  });

  it("has no outage where there is no time for the circuit to close again", () => {
    const names = faultsFor(120, 5).map(({ name }) => name);
    assert.deepEqual(names.toSorted(), FAULT_NAMES.filter((name) => name !== "firehose-outage").toSorted());
  });

  it("has poison only where there is the time that it takes", () => {
    assert.equal(badEvents(120).poison, 0);
    assert.ok(badEvents(1800).poison > 0 && badEvents(1800).poison < 0.001);
    assert.equal(badEvents(120).malformed, badEvents(1800).malformed);
  });
});
