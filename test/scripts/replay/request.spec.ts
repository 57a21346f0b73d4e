import assert from "node:assert/strict";
import { type Requests, requestReplays } from "../../../scripts/replay/request.ts";
import type { FoundItem } from "../../../scripts/replay/tracker.ts";
import { requestedItem } from "../../functions/support/replay.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const items = (count: number) => Array.from({ length: count }, (_, n) => requestedItem({ date_message_id: `d#${n}` }));

function start(count: number, request: (item: FoundItem) => Promise<boolean>, rate = 10) {
  const clock = virtualClock();
  const requests: Requests = { requested: 0, changed: 0 };
  const done = requestReplays(items(count), requests, { tracker: { request }, clock, rate });
  const problem = done.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { clock, requests, problem };
}

describe("requestReplays", () => {
  it("keeps to the rate, and counts what was asked for and what had changed", async () => {
    const { clock, requests, problem } = start(40, async ({ date_message_id }) => date_message_id !== "d#3");
    await clock.advance(900);
    assert.deepEqual(requests, { requested: 9, changed: 1 });
    await clock.advance(3000);
    assert.deepEqual([requests, await problem], [{ requested: 39, changed: 1 }, undefined]);
  });

  it("keeps to it where each request takes a second", async () => {
    const { clock, requests } = start(100, async () => {
      return new Promise((resolve) => clock.after(1000, () => resolve(true)));
    });
    await clock.advance(5000);
    assert.equal(requests.requested, 41);
  });

  it("asks for nothing more once something went wrong, and throws it", async () => {
    let calls = 0;
    const { clock, requests, problem } = start(100, async () => {
      calls++;
      if (calls === 3) throw new Error("throttled");
      return true;
    });
    await clock.advance(60_000);
    assert.deepEqual([await problem, calls, requests.requested], ["throttled", 3, 2]);
  });
});
