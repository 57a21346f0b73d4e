import assert from "node:assert/strict";
import { CONTROL_PLANE_RATE, RateLimit } from "../../../local/lambda-api/rate-limit.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const throttled = { name: "TooManyRequestsException", status: 429, members: { Reason: "CallerRateLimitExceeded" } };

function setUp(speed = 1) {
  const clock = virtualClock(undefined, speed);
  const limit = new RateLimit(CONTROL_PLANE_RATE, clock);
  /** How many of these requests are admitted. */
  const admitted = (requests: number): number => {
    let count = 0;
    for (let request = 0; request < requests; request += 1) {
      try {
        limit.admit();
        count += 1;
      } catch (error) {
        assert.equal((error as Error).name, throttled.name);
      }
    }
    return count;
  };
  return { clock, limit, admitted };
}

describe("the rate of the control plane", () => {
  it("is 15 a second", async () => {
    const { clock, limit, admitted } = setUp();
    assert.equal(admitted(100), 15);
    assert.throws(() => limit.admit(), throttled);
    await clock.advance(1_000);
    assert.equal(admitted(100), 15);
    await clock.advance(200);
    assert.equal(admitted(100), 3);
  });

  it("admits 10 a second for ever", async () => {
    const { clock, admitted } = setUp();
    for (let request = 0; request < 700; request += 1) {
      assert.equal(admitted(1), 1);
      await clock.advance(100);
    }
  });

  it("saves up no more than one second's requests", async () => {
    const { clock, admitted } = setUp();
    await clock.advance(3_600_000);
    assert.equal(admitted(100), 15);
  });

  it("is of AWS's time", async () => {
    const { clock, admitted } = setUp(20);
    admitted(100);
    await clock.advance(50);
    assert.equal(admitted(100), 15);
  });
});
