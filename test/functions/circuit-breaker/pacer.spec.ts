import assert from "node:assert/strict";
import { OutOfTime, Pacer } from "../../../functions/circuit-breaker/pacer.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { mostInASecond } from "./support/memory-lambda.ts";

function paced(stopAfterMs = 60_000) {
  const clock = virtualClock(0);
  const pacer = new Pacer(clock, stopAfterMs);
  const times: number[] = [];
  const late: number[] = [];
  const turn = () =>
    pacer.turn().then(
      () => times.push(clock.now()),
      (error) => {
        assert.ok(error instanceof OutOfTime);
        late.push(clock.now());
      },
    );
  return { clock, pacer, times, late, turn };
}

describe("the pacer", () => {
  it("gives ten turns a second, however many ask at once", async () => {
    const { clock, times, turn } = paced();
    for (let n = 0; n < 35; n++) turn();
    await clock.advance(3600);
    assert.equal(times.length, 35);
    assert.equal(mostInASecond(times), 10);
  });

  it("saves up no turns", async () => {
    const { clock, times, turn } = paced();
    await clock.advance(10_000);
    for (let n = 0; n < 20; n++) turn();
    await clock.advance(5000);
    assert.equal(mostInASecond(times), 10);
  });

  it("lets the first one wait, since another invocation may have called just now", async () => {
    const { clock, times, turn } = paced();
    turn();
    await clock.advance(200);
    assert.deepEqual(times, [100]);
  });

  it("gives none too late, and says so at once", async () => {
    const { clock, times, late, turn } = paced(1000);
    for (let n = 0; n < 20; n++) turn();
    await clock.advance(0);
    assert.deepEqual([times.length, late.length, late[0]], [0, 11, 0]);
    await clock.advance(5000);
    assert.deepEqual([times.length, times.at(-1)], [9, 900]);
  });

  it("waits after calls that were too many", async () => {
    const { clock, pacer, times, turn } = paced();
    turn();
    await clock.advance(100);
    pacer.slowDown();
    pacer.slowDown();
    turn();
    await clock.advance(5000);
    assert.deepEqual(times, [100, 1100]);
  });
});
