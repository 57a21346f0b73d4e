import assert from "node:assert/strict";
import { callBefore } from "../../../functions/common/deadline.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

describe("callBefore", () => {
  it("answers what the call answers, and leaves no timer", async () => {
    const clock = virtualClock();
    assert.equal(await callBefore(clock, clock.now() + 10, async () => "answer"), "answer");
    assert.equal(clock.pending(), 0);
  });

  it("throws what the call throws, and leaves no timer", async () => {
    const clock = virtualClock();
    const failing = callBefore(clock, clock.now() + 10, () => Promise.reject(new RangeError("no")));
    await assert.rejects(failing, RangeError);
    assert.equal(clock.pending(), 0);
  });

  it("gives up at the deadline and aborts a call that does not heed it", async () => {
    const clock = virtualClock();
    let signal: AbortSignal | undefined;
    const call = callBefore(clock, clock.now() + 10, (given) => {
      signal = given;
      return new Promise<never>(() => {});
    });
    const rejected = assert.rejects(call, { name: "DeadlineError" });
    await clock.advance(9);
    assert.equal(signal?.aborted, false);
    await clock.advance(1);
    await rejected;
    assert.equal(signal?.aborted, true);
  });

  it("does not call at all once the deadline has passed", async () => {
    const clock = virtualClock();
    const call = callBefore(clock, clock.now(), () => assert.fail("called"));
    await assert.rejects(call, { name: "DeadlineError" });
  });
});
