import assert from "node:assert/strict";
import { Expression } from "../../../../local/states/definition/expression.ts";

const evaluate = (source: string) => new Expression(source, "Output").evaluate({ bindings: {}, where: "" });

describe("Step Functions' own functions", () => {
  const cases: [source: string, result: unknown][] = [
    ["$parse('{\"a\":[1]}').a", [1]],
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([], 2)", []],
    ["$range(1, 9, 4)", [1, 5, 9]],
    ["$range(3, 1, -1)", [3, 2, 1]],
    ["$range(3, 1, 1)", []],
    ["$hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["$hash({'a': 1}, 'MD5')", "bb6cb5c68df4652941caf652a366f2d8"],
    ["$uuid() ~> $match(/^[0-9a-f-]{36}$/) ~> $count", 1],
  ];
  for (const [source, result] of cases) {
    it(`${source} is ${JSON.stringify(result)}`, async () => {
      assert.deepEqual(await evaluate(source), result);
    });
  }

  for (const source of [
    "$partition([1], 0)",
    "$range(1, 2, 0)",
    "$range(1, 1001, 1)",
    "$range(1.5, 2, 1)",
    "$hash('a', 'CRC')",
    "$parse('')",
  ]) {
    it(`${source} fails`, async () => {
      await assert.rejects(evaluate(source), { error: "States.QueryEvaluationError" });
    });
  }
});
