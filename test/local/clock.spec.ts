import assert from "node:assert/strict";
import { install } from "@sinonjs/fake-timers";
import { sleep, systemClock } from "../../local/clock.ts";

const START = Date.UTC(2026, 0, 1);

describe("the system's clock", () => {
  let time: ReturnType<typeof install>;

  beforeEach(() => {
    time = install({ now: START, toFake: ["Date", "setTimeout", "clearTimeout"] });
  });

  afterEach(() => {
    time.uninstall();
  });

  it("shows the system's time, however fast durations pass", () => {
    time.tick(90);
    assert.equal(systemClock(20).now(), START + 90);
  });

  it("has as many milliseconds in a duration as AWS, divided by its speed", () => {
    assert.equal(systemClock().span(3000), 3000);
    assert.equal(systemClock(20).span(3000), 150);
    assert.equal(systemClock(20).deadline(3000), START + 150);
  });

  it("calls when a duration has passed", () => {
    const called: number[] = [];
    systemClock(20).after(3000, () => called.push(Date.now() - START));
    time.tick(3000);
    assert.deepEqual(called, [150]);
  });

  it("calls at a time, not before it, whatever its speed", () => {
    const called: number[] = [];
    systemClock(20).at(START + 99.5, () => called.push(Date.now() - START));
    time.tick(3000);
    assert.deepEqual(called, [100]);
  });

  it("calls soon, but later, where the time has passed", () => {
    let calls = 0;
    systemClock().at(START - 1000, () => {
      calls += 1;
    });
    assert.equal(calls, 0);
    time.tick(1);
    assert.equal(calls, 1);
  });

  it("ends either timer early", () => {
    const clock = systemClock();
    clock.clear(clock.after(10, () => assert.fail("called after its end")));
    clock.clear(clock.at(START + 10, () => assert.fail("called after its end")));
    assert.equal(time.countTimers(), 0);
  });

  it("lets sleepers wake when their duration has passed", async () => {
    let awake = false;
    const sleeping = sleep(systemClock(20), 3000).then(() => {
      awake = true;
    });
    await time.tickAsync(149);
    assert.equal(awake, false);
    await time.tickAsync(1);
    await sleeping;
  });
});
