import assert from "node:assert/strict";
import { sleep, systemClock } from "../../../functions/common/clock.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

describe("sleep", () => {
  it("resolves when its time has passed, and not before", async () => {
    const clock = virtualClock();
    let awake = false;
    sleep(clock, 100).then(() => {
      awake = true;
    });
    await clock.advance(99);
    assert.equal(awake, false);
    await clock.advance(1);
    assert.equal(awake, true);
  });
});

describe("systemClock", () => {
  it("runs what it was given, unless that was cleared", async () => {
    const ran: string[] = [];
    systemClock.clear(systemClock.after(0, () => ran.push("cleared")));
    await new Promise<void>((resolve) => systemClock.after(1, resolve));
    assert.deepEqual(ran, []);
  });
});
