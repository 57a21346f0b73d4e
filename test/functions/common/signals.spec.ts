import assert from "node:assert/strict";
import fc from "fast-check";
import { laneCount, lanesOf, MAXIMUM_LANES, SIGNALS } from "../../../functions/common/signals.ts";

const topics = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 40 });

describe("SIGNALS", () => {
  it("names nothing twice", () => {
    const names = Object.values(SIGNALS);
    assert.equal(new Set(names).size, names.length);
  });
});

describe("lanesOf", () => {
  it("deals topics out in alphabetical order, in whatever order they are given", () => {
    assert.deepEqual(
      [...lanesOf(["e", "b", "d", "a", "c"])],
      [
        ["a", "0"],
        ["b", "1"],
        ["c", "2"],
        ["d", "3"],
        ["e", "0"],
      ],
    );
  });

  it("has no lanes for no topics", () => {
    assert.deepEqual([[...lanesOf([])], laneCount(0)], [[], 0]);
  });

  it("uses all of a stack's lanes, each as much as any other, and changes no list", () => {
    fc.assert(
      fc.property(topics, (list) => {
        const before = [...list];
        const lanes = lanesOf(list);
        assert.deepEqual([list, new Set(lanes.keys())], [before, new Set(list)]);
        const count = laneCount(list.length);
        assert.ok(count === list.length || count === MAXIMUM_LANES);
        const byLane = Map.groupBy(lanes.values(), (lane) => lane);
        assert.deepEqual(
          [...byLane.keys()].toSorted(),
          Array.from({ length: count }, (_, lane) => String(lane)),
        );
        const sizes = [...byLane.values()].map(({ length }) => length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });
});
