import assert from "node:assert/strict";
import { takes } from "../../../local/states/state-error.ts";

describe("what retriers and catchers take", () => {
  const cases: [names: string[], error: string, taken: boolean][] = [
    [["Orders.Gone"], "Orders.Gone", true],
    [["Orders.Gone"], "orders.gone", false],
    [["Other", "Orders.Gone"], "Orders.Gone", true],
    [["States.ALL"], "Orders.Gone", true],
    [["States.ALL"], "States.Timeout", true],
    [["States.ALL"], "States.QueryEvaluationError", true],
    [["States.ALL"], "States.DataLimitExceeded", false],
    [["States.ALL"], "States.Runtime", false],
    [["States.Runtime"], "States.Runtime", false],
    [["States.DataLimitExceeded"], "States.DataLimitExceeded", true],
    [["States.TaskFailed"], "Orders.Gone", true],
    [["States.TaskFailed"], "States.Timeout", false],
    [["States.TaskFailed"], "States.DataLimitExceeded", false],
    [["States.Timeout"], "Orders.Gone", false],
    [[], "Orders.Gone", false],
  ];
  for (const [names, error, taken] of cases) {
    it(`[${names}] ${taken ? "takes" : "does not take"} ${error}`, () => {
      assert.equal(takes(names, error), taken);
    });
  }
});
