import assert from "node:assert/strict";
import fc from "fast-check";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

describe("minutes of AWS's time", () => {
  it("are those of the clock on the wall, unless time is scaled", () => {
    const minutes = new Minutes(virtualClock());
    const noon = Date.UTC(2026, 0, 1, 12);
    assert.equal(minutes.startOf(minutes.at(noon + 59_999)), noon);
    assert.equal(minutes.at(noon + 60_000), minutes.at(noon) + 1);
  });

  it("pass faster on a scaled clock, one after the other without a gap", () => {
    const speeds = fc.constantFrom(1, 2, 3, 7, 13, 20);
    fc.assert(
      fc.property(speeds, fc.integer({ min: 0, max: 4_000_000_000_000 }), (speed, timestamp) => {
        const minutes = new Minutes(virtualClock(undefined, speed));
        const minute = minutes.at(timestamp);
        assert.ok(minutes.startOf(minute) <= timestamp && timestamp < minutes.startOf(minute + 1));
        assert.equal(minutes.at(minutes.startOf(minute)), minute);
      }),
    );
  });
});
