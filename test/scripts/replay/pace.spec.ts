import assert from "node:assert/strict";
import { pace } from "../../../scripts/replay/pace.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

describe("pace", () => {
  it("lets so many begin in a second, evenly, however many wait", async () => {
    const clock = virtualClock();
    const turn = pace(clock, 50);
    const begun: number[] = [];
    const start = clock.now();
    for (let n = 0; n < 101; n++) void turn().then(() => begun.push(clock.now() - start));
    await clock.advance(1990);
    assert.equal(begun.length, 100);
    assert.deepEqual(begun.slice(0, 4), [0, 20, 40, 60]);
    await clock.advance(10);
    assert.equal(begun.length, 101);
  });

  it("makes up for no time in which nothing was asked for", async () => {
    const clock = virtualClock();
    const turn = pace(clock, 10);
    await turn();
    await clock.advance(60_000);
    let begun = 0;
    for (let n = 0; n < 5; n++) void turn().then(() => begun++);
    await clock.advance(0);
    assert.equal(begun, 1);
    await clock.advance(400);
    assert.equal(begun, 5);
  });
});
