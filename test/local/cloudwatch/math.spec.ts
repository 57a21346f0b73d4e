import assert from "node:assert/strict";
import fc from "fast-check";
import { _, answer, answers, type Points } from "./points.ts";

const m1 = [30, 20, 0, 0];
const m2 = [20, _, 20, _];

describe("metric math", () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-operators
  const documented: [string, Points][] = [
    ["(m1 < m2)", [0, 0, 1, 0]],
    ["(m1 >= 30)", [1, 0, 0, 0]],
    ["(m1 > 15 AND m2 > 15)", [1, 0, 0, 0]],
    ["(m1 > 15 && m2 > 15)", [1, 0, 0, 0]],
    ["m1 > 15 OR m2 > 15", [1, 1, 1, 0]],
    ["m1 > 15 || m2 > 15", [1, 1, 1, 0]],
  ];
  for (const [expression, values] of documented) {
    it(`compares as AWS documents it: ${expression}`, () => {
      assert.deepEqual(answer(expression, { m1, m2 }), values);
    });
  }

  const arithmetic: [string, Points][] = [
    ["m1 + m2", [50, 20, 20, 0]],
    ["m1 - m2", [10, 20, -20, 0]],
    ["m1 * 2 + 1", [61, 41, 1, 1]],
    ["m2 + 1", [21, _, 21, _]],
    ["1 - m2", [-19, _, -19, _]],
    ["-m2", [-20, _, -20, _]],
    ["-m2 ^ 2", [-400, _, -400, _]],
    ["2 ^ 3 ^ 0 + m1", [32, 22, 2, 2]],
    ["m1 == 0", [0, 0, 1, 1]],
    ["m1 != 0", [1, 1, 0, 0]],
    ["(m1 + m2) * 0.5", [25, 10, 10, 0]],
    [".5e1 * m1", [150, 100, 0, 0]],
  ];
  for (const [expression, values] of arithmetic) {
    it(`works out ${expression}`, () => {
      assert.deepEqual(answer(expression, { m1, m2 }), values);
    });
  }

  it("drops data points where a division by zero makes no number", () => {
    assert.deepEqual(answer("m1 / m2", { m1, m2 }), [1.5, _, 0, _]);
    assert.deepEqual(answer("m2 / 0", { m1, m2 }), [_, _, _, _]);
    assert.deepEqual(answer("100 / m1", { m1, m2 }), [100 / 30, 5, _, _]);
  });

  it("takes a series without any data point for zeros beside another, and for nothing alone", () => {
    assert.deepEqual(answer("m1 + m3", { m1, m3: [] }), m1);
    assert.deepEqual(answer("m3 + 1", { m1, m3: [] }), [_, _, _, _]);
    assert.deepEqual(answer("m3 + m3", { m1, m3: [] }), [_, _, _, _]);
  });

  it("sums arrays element by element, and with one series or scalar for all", () => {
    assert.deepEqual(answer("SUM(100 / [m1, m1])", { m1: [10, 20, 50] }), [20, 10, 4]);
    assert.deepEqual(answer("SUM(-[m1, m2])", { m1, m2 }), [-50, -20, -20, 0]);
    assert.deepEqual(answer("SUM([m1, m2] * [m2, m1])", { m1, m2 }), [1200, 0, 0, 0]);
    assert.deepEqual(answer("MAX([m1, m2] + m1)", { m1, m2 }), [60, 40, 20, 0]);
  });

  it("labels a series as it is asked to, and those of an array by their own labels", () => {
    assert.deepEqual(answers("[m1, m2] * 1", { m1, m2 }), { m1, m2 });
    assert.deepEqual(Object.keys(answers("m1 * 1", { m1 })), ["result"]);
  });

  const refused: [string, RegExp][] = [
    ["5", /^result: the result is no time series$/],
    ["SUM(m1)", /the result is no time series/],
    ["m9 + 1", /there is no metric or expression with the id m9 \(at character 1\)/],
    ["m1 + ANOMALY_DETECTION_BAND(m1, 2)", /has no function ANOMALY_DETECTION_BAND; it has: IF, .* \(at character 6\)/],
    ["SEARCH('{AWS/EC2} x', 'Sum', 60)", /has no function SEARCH/],
    ["toString(m1)", /has no function toString/],
    ["constructor", /there is no metric or expression with the id constructor/],
    ["[m1, m2] > 1", /> takes no array of time series \(at character 10\)/],
    ["[m1, m2] + [m1]", /arrays of 2 and 1 time series do not go together/],
    ["[m1, 5]", /an array is made of time series/],
    ["'m1'", /a text stands only in METRICS/],
    ["m1 + result", /worked out from itself: result, result/],
  ];
  for (const [expression, problem] of refused) {
    it(`refuses ${expression}`, () => {
      assert.throws(() => answer(expression, { m1, m2 }), { name: "QueryError", message: problem });
    });
  }

  it("agrees with JavaScript on scalars, whatever stands where", () => {
    const number = fc.integer({ min: 0, max: 9 }).map(String);
    const tree = fc.letrec<{ sum: string; leaf: string }>((tie) => ({
      leaf: number,
      sum: fc.oneof(
        { depthSize: "small" },
        tie("leaf"),
        fc
          .tuple(tie("sum"), fc.constantFrom("+", "-", "*", "<", ">", "<=", ">=", "==", "!="), tie("sum"))
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        fc
          .tuple(tie("leaf"), fc.constantFrom("+", "-", "*"), tie("leaf"), fc.constantFrom("+", "-", "*"), tie("leaf"))
          .map((parts) => `(${parts.join(" ")})`),
      ),
    })).sum;
    fc.assert(
      fc.property(tree, (expression) => {
        // biome-ignore lint/security/noGlobalEval: of digits, operators and parentheses only.
        const expected = Number(eval(expression));
        assert.deepEqual(answer(`TIME_SERIES(${expression})`, {}), [expected, expected, expected]);
      }),
    );
  });
});
