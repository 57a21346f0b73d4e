import assert from "node:assert/strict";
import { mostInASecond } from "./support/memory-lambda.ts";
import { MINUTE_MS, World } from "./support/world.ts";

const MAPPINGS = 700;

/** 700 topics, and calls that take as long as AWS's. */
function large(): World {
  const world = new World();
  world.latencyMs = 120;
  for (let n = 0; n < MAPPINGS; n++) world.lambda.create(`t${n}`, n % 100 === 99 ? { state: "Disabled" } : {});
  return world;
}

/** Lets time pass, with a tick every minute, until nothing is left to wait for. @returns milliseconds. */
async function until(world: World, isDone: () => boolean, firstTickMs: number): Promise<number> {
  const from = world.clock.now();
  for (let passed = 0; passed < 20 * MINUTE_MS; passed += 1000) {
    if (isDone()) return world.clock.now() - from;
    if ((passed - firstTickMs) % MINUTE_MS === 0 && passed >= firstTickMs) world.start(world.tickEvent());
    await world.clock.advance(1000);
  }
  return assert.fail("never done");
}

describe("the circuit breaker with 700 mappings", () => {
  // The first tick may come while the alarm's invocation works, right after it, or a minute later.
  for (const firstTickMs of [1000, 29_000, 59_000]) {
    it(`has all disabled within 310 s, with the first tick after ${firstTickMs / 1000} s, and restores them`, async () => {
      const world = large();
      world.start(world.alarm());
      const opening = await until(world, () => world.lambda.states().Disabled === MAPPINGS, firstTickMs);
      assert.ok(opening <= 310_000, `${opening} ms`);

      world.alarms.clear();
      world.start({ command: "close", by: "jane" });
      const closing = await until(world, () => world.lambda.states().Enabled === 693, firstTickMs);
      assert.ok(closing <= 310_000, `${closing} ms`);
      await until(world, () => world.store.circuit?.restoring === false, firstTickMs);
      assert.equal(world.lambda.states().Disabled, 7);
      const most = mostInASecond(world.lambda.calls.map(({ at }) => at));
      assert.ok(most > 5 && most <= 10, `${most} calls in a second`);
    });
  }
});
