import assert from "node:assert/strict";
import { happyPath, type Machine } from "../../../bench/costs/transitions.ts";

const QUERY = "arn:aws:states:::athena:startQueryExecution.sync";
const MACHINE: Machine = {
  StartAt: "IsThere",
  States: {
    IsThere: { Type: "Choice", Choices: [{ Condition: "{% $first = null %}", Next: "Nothing" }], Default: "First" },
    Nothing: { Type: "Pass", End: true },
    First: { Type: "Task", Resource: QUERY, Next: "IsMore" },
    IsMore: { Type: "Choice", Choices: [{ Condition: "{% $second != null %}", Next: "Second" }], Default: "Done" },
    Second: { Type: "Task", Resource: QUERY, Next: "Done" },
    Done: { Type: "Succeed" },
  },
};

describe("happyPath", () => {
  it("counts the states and the queries on the way", () => {
    assert.deepEqual(happyPath(MACHINE, ["first", "second"]), { transitions: 5, queries: 2 });
  });

  it("passes over the statements that are absent", () => {
    assert.deepEqual(happyPath(MACHINE, ["first"]), { transitions: 4, queries: 1 });
    assert.deepEqual(happyPath(MACHINE, []), { transitions: 2, queries: 0 });
  });

  it("refuses a machine that leads nowhere, or back", () => {
    assert.throws(() => happyPath({ StartAt: "A", States: {} }, []), /state A is not in the machine/);
    const circle: Machine = { StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } };
    assert.throws(() => happyPath(circle, []), /state A leads back/);
  });
});
