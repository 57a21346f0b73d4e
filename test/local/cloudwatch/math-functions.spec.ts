import assert from "node:assert/strict";
import { _, answer, answers, type Points } from "./points.ts";

const m1 = [30, 20, 0, 0];
const m2 = [20, _, 20, _];

describe("functions of metric math", () => {
  const worked: [string, Points][] = [
    ["m1 - AVG(m1)", [17.5, 7.5, -12.5, -12.5]],
    ["m1 - MIN(m2)", [10, 0, -20, -20]],
    ["m1 / MAX(m1)", [1, 20 / 30, 0, 0]],
    ["m2 / SUM(m2)", [0.5, _, 0.5, _]],
    ["SUM([m1, m2])", [50, 20, 20, 0]],
    ["AVG([m1, m2])", [25, 10, 10, 0]],
    ["MIN([m1, m2])", [20, 20, 0, 0]],
    ["MAX([m1, m2])", [30, 20, 20, 0]],
    ["SUM(METRICS())", [50, 20, 20, 0]],
    ['SUM(METRICS("2"))', [20, _, 20, _]],
    ["SUM([METRICS('1'), METRICS('2')])", [50, 20, 20, 0]],
    ["ABS(m1 - m2)", [10, 20, 20, 0]],
    ["CEIL(m2 / 3)", [7, _, 7, _]],
    ["FLOOR(m2 / 3)", [6, _, 6, _]],
    ["DIFF(m1)", [_, -10, -20, 0]],
    ["DIFF(m2)", [_, _, 0, _]],
    ["RATE(m1 * 6)", [_, -1, -2, 0]],
    ["m1 / PERIOD(m1)", [0.5, 20 / 60, 0, 0]],
    ["TIME_SERIES(5)", [5, 5, 5, 5]],
    ["TIME_SERIES(MAX(m1))", [30, 30, 30, 30]],
  ];
  for (const [expression, values] of worked) {
    it(`work out ${expression}`, () => {
      assert.deepEqual(answer(expression, { m1, m2 }), values);
    });
  }

  it("measure a rate over a gap by the time that passed", () => {
    assert.deepEqual(answer("RATE(m1)", { m1: [0, _, _, 180] }), [_, _, _, 1]);
  });

  it("make nothing of nothing", () => {
    const nothing = [_, _, _, _];
    for (const expression of ["m1 - AVG(m3)", "m1 - MIN(m3)", "TIME_SERIES(MAX(m3))"]) {
      assert.deepEqual(answer(expression, { m1, m3: [] }), nothing, expression);
    }
    assert.deepEqual(answer("m1 - SUM(m3)", { m1, m3: [] }), m1);
    assert.deepEqual(answer("SUM(METRICS('x'))", { m1 }), nothing);
  });

  it("sort an array, those without data last, and leave out what exceeds the limit", () => {
    const metrics = { a: [1, 2, 3], b: [9, _, _], c: [5, 5, 5], none: [] };
    assert.deepEqual(Object.keys(answers("SORT(METRICS(), MAX, DESC)", metrics)), ["b", "c", "a", "none"]);
    assert.deepEqual(Object.keys(answers("SORT(METRICS(), SUM, ASC, 2)", metrics)), ["a", "b"]);
    assert.deepEqual(Object.keys(answers("SORT(METRICS(), AVG, DESC, 1)", metrics)), ["b"]);
  });

  const refused: [string, RegExp][] = [
    ["PERIOD(m1 + 1) + m1", /PERIOD takes the id of a metric/],
    ["ABS(m1, m2)", /ABS takes 1 arguments, not 2 \(at character 1\)/],
    ["SUM(5) + m1", /SUM takes a time series/],
    ["TIME_SERIES(m1)", /TIME_SERIES takes a scalar/],
    ["DIFF(5)", /DIFF takes no scalar/],
    ["METRICS(m1)", /METRICS takes a text/],
    ["SORT(METRICS(), MEDIAN, DESC)", /SORT takes/],
    ["SORT(METRICS(), MAX, DOWN)", /SORT takes/],
    ["SORT(m1, MAX, DESC)", /SORT takes/],
  ];
  for (const [expression, problem] of refused) {
    it(`refuse ${expression}`, () => {
      assert.throws(() => answer(expression, { m1, m2 }), { name: "QueryError", message: problem });
    });
  }
});
