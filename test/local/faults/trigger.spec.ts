import assert from "node:assert/strict";
import type { Clock } from "../../../local/clock.ts";
import type { AskedFault } from "../../../local/faults/asked-fault.ts";
import { Trigger } from "../../../local/faults/trigger.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { placesOf } from "./fixtures.ts";

function triggerOf(asked: Partial<AskedFault> = {}, { seed = 1, clock = virtualClock() as Clock } = {}): Trigger {
  const trigger = { name: "archive-down", rate: 0.2, from: 0, to: Number.POSITIVE_INFINITY, ...asked } as const;
  return new Trigger(trigger, seed, clock);
}

function begun(...parameters: Parameters<typeof triggerOf>): Trigger {
  const trigger = triggerOf(...parameters);
  trigger.begin();
  return trigger;
}

describe("a fault's trigger", () => {
  it("strikes with the asked rate, and counts", () => {
    const trigger = begun();
    const strikes = placesOf(5000, () => trigger.strikes()).length;
    assert.ok(strikes > 850 && strikes < 1150, `${strikes} of 5000`);
    assert.equal(trigger.injected, strikes);
  });

  it("strikes always at 1 and never at 0", () => {
    const [always, never] = [begun({ rate: 1 }), begun({ rate: 0 })];
    assert.equal(placesOf(100, () => always.strikes()).length, 100);
    assert.equal(placesOf(100, () => never.strikes()).length, 0);
  });

  it("strikes no more once it has ended, and keeps its count", () => {
    const trigger = begun({ rate: 1 });
    assert.ok(trigger.strikes());
    trigger.end();
    assert.ok(!trigger.strikes());
    assert.equal(trigger.injected, 1);
  });

  it("takes a share of its rate where asked to", () => {
    const trigger = begun({ rate: 1 });
    const strikes = placesOf(1000, () => trigger.strikes(0.5)).length;
    assert.ok(strikes > 400 && strikes < 600, `${strikes} of 1000`);
  });

  it("repeats for the same seed, and differs by seed and by fault", () => {
    const places = (...parameters: Parameters<typeof triggerOf>) => {
      const trigger = begun(...parameters);
      return placesOf(200, () => trigger.strikes());
    };
    assert.deepEqual(places(), places());
    assert.notDeepEqual(places(), places({}, { seed: 2 }));
    assert.notDeepEqual(places(), places({ name: "tracker-throttle" }));
  });

  it("waits for the first send", () => {
    const trigger = triggerOf({ rate: 1 });
    assert.equal(trigger.strikes(), false);
    trigger.begin();
    assert.equal(trigger.strikes(), true);
  });

  it("keeps to its window", async () => {
    const clock = virtualClock();
    const trigger = begun({ rate: 1, from: 10, to: 30 }, { clock });
    const struck: number[] = [];
    for (let second = 0; second < 40; second += 1) {
      if (trigger.strikes()) struck.push(second);
      await clock.advance(1000);
    }
    assert.deepEqual(
      struck,
      [...Array(20).keys()].map((second) => second + 10),
    );
  });

  it("counts the window in AWS's time, however fast that passes", async () => {
    const clock = virtualClock();
    const tenfold: Clock = { ...clock, deadline: (ms) => clock.now() + ms / 10 };
    const trigger = begun({ rate: 1, from: 10, to: 30 }, { clock: tenfold });
    const at = async (ms: number) => {
      await clock.advance(ms);
      return trigger.strikes();
    };
    assert.deepEqual([await at(999), await at(1), await at(1999), await at(1)], [false, true, true, false]);
  });

  it("draws nothing outside of its window", async () => {
    const clock = virtualClock();
    const late = begun({ from: 10, to: 30 }, { clock });
    for (let time = 0; time < 50; time += 1) late.strikes();
    await clock.advance(10_000);
    const early = begun();
    assert.deepEqual(
      placesOf(100, () => late.strikes()),
      placesOf(100, () => early.strikes()),
    );
  });
});
