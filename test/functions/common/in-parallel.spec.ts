import assert from "node:assert/strict";
import { inParallel } from "../../../functions/common/in-parallel.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

describe("inParallel", () => {
  it("works on no more items at a time than it may, and answers in their order", async () => {
    const clock = virtualClock();
    let running = 0;
    let most = 0;
    const results = inParallel([30, 10, 20, 5, 1], 2, async (ms) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      running--;
      return ms * 2;
    });
    await clock.advance(100);
    assert.deepEqual(await results, [60, 20, 40, 10, 2]);
    assert.equal(most, 2);
  });

  it("has nothing to do for no items", async () => {
    assert.deepEqual(await inParallel([], 2, () => assert.fail("called")), []);
  });
});
