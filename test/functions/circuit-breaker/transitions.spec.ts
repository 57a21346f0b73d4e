import assert from "node:assert/strict";
import {
  changed,
  closed,
  counted,
  halfOpened,
  held,
  isCounted,
  nextCoolDown,
  opened,
} from "../../../functions/circuit-breaker/transitions.ts";
import { circuit, NOW, PROBE, SINCE } from "./support/circuits.ts";
import { RULES } from "./support/world.ts";

const CAUSE = { now: NOW, reason: "because" };
const HOLD = { by: "jane", reason: "test", since: SINCE, until: "2026-01-10T08:00:00.000Z" };

describe("a transition", () => {
  it("is the next version, begins to count anew, and waits to be told", () => {
    const before = circuit({ state: "CLOSED", ticks: 3, countedTicks: ["x"], restoring: true });
    const after = opened(before, CAUSE, 5);
    const { state, since, reason, version, ticks, countedTicks, coolDownTicks, restoring, untold } = after;
    assert.deepEqual([state, reason, version, ticks, countedTicks], ["OPEN", "because", 8, 0, ["x"]]);
    assert.deepEqual([since, coolDownTicks, restoring], [new Date(NOW).toISOString(), 5, undefined]);
    assert.deepEqual(untold, [{ from: "CLOSED", to: "OPEN", at: since, reason, version: 8, minutes: 5 }]);
  });

  it("comes behind those that are not told yet", () => {
    const twice = closed(opened(circuit({ state: "CLOSED" }), CAUSE, 5), { now: NOW + 1, reason: "enough" });
    assert.deepEqual(
      twice.untold.map(({ from, to, version }) => [from, to, version]),
      [
        ["CLOSED", "OPEN", 8],
        ["OPEN", "CLOSED", 9],
      ],
    );
  });

  it("is later than the last one, whatever the clock says", () => {
    for (const now of [NOW, Date.parse(SINCE), 0]) {
      const { since, untold } = closed(circuit(), { now, reason: "x" });
      assert.ok(since > SINCE, since);
      assert.equal(untold[0]?.at, since);
    }
  });

  it("keeps a long reason short", () => {
    const { reason } = closed(circuit(), { now: NOW, reason: "x".repeat(10_000) });
    assert.equal(reason.length, 501);
  });

  it("keeps what belongs to the outage, until the circuit is closed", () => {
    const outage = { coolDownTicks: 10, tripping: { topic: "orders" }, crashedProbe: "a" };
    const before = circuit({ ...outage, state: "HALF_OPEN", probe: PROBE, measuredTo: "c" });
    for (const after of [halfOpened(before, CAUSE), held(before, CAUSE, HOLD), opened(before, CAUSE, 10)]) {
      const { coolDownTicks, tripping, crashedProbe, probe, measuredTo } = after;
      assert.deepEqual({ coolDownTicks, tripping, crashedProbe }, outage);
      assert.deepEqual([probe, measuredTo], [undefined, "c"]);
    }
    const after = closed(before, CAUSE);
    assert.deepEqual([after.coolDownTicks, after.tripping, after.crashedProbe], [undefined, undefined, undefined]);
    assert.equal(after.restoring, true);
    assert.equal(opened(circuit({ state: "CLOSED", tripping: { topic: "x" } }), CAUSE, 5).tripping, undefined);
  });

  it("carries a hold into its telling, and out of the circuit with the next one", () => {
    const hold = held(circuit(), CAUSE, HOLD);
    assert.deepEqual([hold.hold, hold.untold[0]?.until], [HOLD, HOLD.until]);
    assert.equal(halfOpened(hold, CAUSE).hold, undefined);
  });
});

describe("nextCoolDown", () => {
  it("is twice the last one, up to the maximum, and first the first", () => {
    assert.equal(nextCoolDown(circuit(), RULES), 5);
    assert.equal(nextCoolDown(circuit({ coolDownTicks: 5 }), RULES), 10);
    assert.equal(nextCoolDown(circuit({ coolDownTicks: 10 }), RULES), 15);
    assert.equal(nextCoolDown(circuit({ coolDownTicks: 15 }), RULES), 15);
  });
});

describe("counted", () => {
  it("counts for the circuit and for the probe, and no further than anybody asks while closed", () => {
    const next = counted(circuit({ state: "HALF_OPEN", ticks: 6, probe: { ...PROBE, ticks: 2 } }), "t");
    assert.deepEqual([next.ticks, next.probe?.ticks, next.version], [7, 3, 7]);
    assert.equal(counted(circuit({ state: "CLOSED", ticks: 2 }), "t").ticks, 3);
    assert.equal(counted(circuit({ state: "CLOSED", ticks: 3 }), "t").ticks, 3);
  });

  it("knows the last few times, in whatever order they come", () => {
    const all = ["1", "2", "3", "4", "5", "6"];
    const after = all.reduce((now, time) => counted(now, time), circuit());
    assert.deepEqual(
      all.map((time) => isCounted(after, time)),
      [false, true, true, true, true, true],
    );
    assert.ok(!isCounted(after, "7"));
  });
});

describe("changed", () => {
  it("is the next version", () => {
    assert.deepEqual(changed(circuit(), { measuredTo: "x" }), circuit({ version: 8, measuredTo: "x" }));
  });
});
