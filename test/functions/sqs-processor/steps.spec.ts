import assert from "node:assert/strict";
import fc from "fast-check";
import { nextStep } from "../../../functions/sqs-processor/steps.ts";

interface Timing {
  timeLeftMs: number;
  stepMs: number;
}

/** The sizes of all steps of a batch of messages with these receive counts, each step as long as told. */
function sizes(receives: readonly number[], { timeLeftMs, stepMs }: Timing = { timeLeftMs: 29_000, stepMs: 40 }) {
  let rest = receives.map((count) => ({ receives: count }));
  let previous: typeof rest = [];
  const steps: (typeof rest)[] = [];
  for (let slowestMs = 0, left = timeLeftMs; rest.length > 0; left -= stepMs, slowestMs = stepMs) {
    previous = [...nextStep({ rest, previous, timeLeftMs: left, slowestMs })];
    steps.push(previous);
    rest = rest.slice(previous.length);
  }
  return steps.map(({ length }) => length);
}

const alike = (count: number, receives = 3) => Array.from({ length: count }, () => receives);

describe("nextStep", () => {
  it("grows by one message a step: fourteen for a hundred", () => {
    assert.deepEqual(sizes(alike(100)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 9]);
  });

  it("begins again with one message where the receive count changes", () => {
    assert.deepEqual(sizes([...alike(4, 1), ...alike(3, 2), ...alike(7, 5)]), [1, 2, 1, 1, 2, 1, 2, 3, 1]);
  });

  it("takes more where time would not suffice: eight steps of 3 s in 29 s", () => {
    const slow = sizes(alike(100), { timeLeftMs: 29_000, stepMs: 3000 });
    assert.deepEqual(slow, [1, 13, 14, 15, 16, 17, 18, 6]);
    assert.ok(slow.length * 3000 <= 29_000);
  });

  it("takes all at once where time is nearly over", () => {
    assert.deepEqual(sizes(alike(100), { timeLeftMs: 8500, stepMs: 8000 }), [1, 99]);
  });

  it("takes every message once, in order, at least one a step, and all in time where a step fits in at all", () => {
    const receives = fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 200, size: "max" });
    const timing = fc.record({ timeLeftMs: fc.constant(29_000), stepMs: fc.integer({ min: 1, max: 14_000 }) });
    fc.assert(
      fc.property(receives, timing, (counts, { timeLeftMs, stepMs }) => {
        const steps = sizes(counts.toSorted(), { timeLeftMs, stepMs });
        assert.equal(
          steps.reduce((sum, size) => sum + size, 0),
          counts.length,
        );
        assert.ok(steps.every((size) => size > 0));
        assert.ok(steps.length * stepMs <= timeLeftMs);
      }),
    );
  });
});
