import assert from "node:assert/strict";
import { _, answer, type Points } from "./points.ts";

describe("IF", () => {
  const m1 = [1, 1, 0, 0, _];
  const m2 = [30, _, 0, 0, 30];
  const m3 = [0, 0, 20, _, 20];

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-IF-expressions
  const documented: [string, Points][] = [
    ["IF(m1, m2, m3)", [30, 0, 20, _, _]],
    ["IF(m1, 5, m3)", [5, 5, 20, _, _]],
    ["IF(m1, m2, 5)", [30, 0, 5, 5, _]],
    ["IF(m1, m2)", [30, 0, _, _, _]],
    ["IF(m1, 1, 0)", [1, 1, 0, 0, _]],
    ["IF(m2 < 10, m2)", [_, _, 0, 0, _]],
    ["IF(m2 < 10, 10, 2)", [2, _, 10, 10, 2]],
    ["IF(1, m2, m3)", m2],
    ["IF(0, m2, m3)", m3],
    ["IF(0, m2)", [_, _, _, _, _]],
    ["IF(-3, m2, m3)", m2],
  ];
  for (const [expression, values] of documented) {
    it(`gives what AWS documents: ${expression}`, () => {
      assert.deepEqual(answer(expression, { m1, m2, m3 }), values);
    });
  }

  it("refuses arrays, and too few or many arguments", () => {
    const refuses = (expression: string, message: RegExp) =>
      assert.throws(() => answer(expression, { m1, m2, m3 }), { name: "QueryError", message });
    refuses("IF([m1, m2], 1, 0)", /IF takes no array/);
    refuses("IF(m1, [m2])", /IF takes no array/);
    refuses("IF(m1)", /IF takes 2 to 3 arguments, not 1/);
    refuses("IF(m1, 1, 2, 3)", /IF takes 2 to 3 arguments, not 4/);
  });
});

describe("FILL", () => {
  const m1 = [_, 2, _, _, 8, _];
  const m2 = [5, 5, _, 5, 5, 5];

  const filled: [string, Points][] = [
    ["FILL(m1, 0)", [0, 2, 0, 0, 8, 0]],
    ["FILL(m1, -1)", [-1, 2, -1, -1, 8, -1]],
    ["FILL(m1, MIN(m1))", [2, 2, 2, 2, 8, 2]],
    ["FILL(m1, m2)", [5, 2, _, 5, 8, 5]],
    ["FILL(m1, REPEAT)", [_, 2, 2, 2, 8, 8]],
    ["FILL(m1, LINEAR)", [_, 2, 4, 6, 8, _]],
    ["SUM(FILL(METRICS(), 0))", [5, 7, 0, 5, 13, 5]],
    ["FILL(m1, 0) + FILL(m2, 0)", [5, 7, 0, 5, 13, 5]],
  ];
  for (const [expression, values] of filled) {
    it(`fills gaps: ${expression}`, () => {
      assert.deepEqual(answer(expression, { m1, m2 }), values);
    });
  }

  it("fills a metric of which nothing was ever heard, with values only", () => {
    const nothing = [_, _, _, _, _, _];
    assert.deepEqual(answer("FILL(m3, 0)", { m1, m3: [] }), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(answer("FILL(m3, REPEAT)", { m1, m3: [] }), nothing);
    assert.deepEqual(answer("FILL(m3, LINEAR)", { m1, m3: [] }), nothing);
    assert.deepEqual(answer("FILL(m3, AVG(m3))", { m1, m3: [] }), nothing);
  });

  it("refuses scalars, arrays to fill with, and other words", () => {
    const refuses = (expression: string, message: RegExp) =>
      assert.throws(() => answer(expression, { m1, m2 }), { name: "QueryError", message });
    refuses("FILL(5, 0)", /FILL takes a time series/);
    refuses("FILL(m1, [m2])", /FILL fills with/);
    refuses("FILL(m1, NEAREST)", /no metric or expression with the id NEAREST/);
    refuses("FILL(m1)", /FILL takes 2 arguments, not 1/);
  });
});
