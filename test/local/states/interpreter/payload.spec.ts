import assert from "node:assert/strict";
import { answered, INVOKE, runStates } from "../fixtures.ts";

/** JSON text of exactly `bytes` bytes. */
const ofBytes = (bytes: number) => "x".repeat(bytes - 2);
const LIMIT = 262_144;

describe("the payload limit", () => {
  const pass = { Type: "Pass", End: true };
  const build = (bytes: number) => ({ Type: "Pass", Output: `{% $pad('', ${bytes - 2}, 'x') %}`, End: true });

  it("holds for a state's output, in bytes of UTF-8", async () => {
    assert.equal(await runStates({ A: build(LIMIT) }), ofBytes(LIMIT));
    assert.deepEqual(await runStates({ A: build(LIMIT + 1) }), {
      status: "FAILED",
      error: "States.DataLimitExceeded",
      cause: "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    const { error } = await runStates({ A: { ...pass, Output: `{% $pad('', 131072, 'ü') %}` } });
    assert.equal(error, "States.DataLimitExceeded");
  });

  const task = {
    Type: "Task",
    Resource: INVOKE,
    Arguments: { FunctionName: "plan" },
    Output: 1,
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "All" }],
    Next: "End",
  };
  const states = { A: task, All: { ...pass, Output: "all" }, Limit: { ...pass, Output: "limit" }, End: pass };
  const handlers = { "lambda:Invoke": () => answered(ofBytes(LIMIT)) };

  it("holds for what a service answers, and States.ALL does not catch it", async () => {
    assert.deepEqual(await runStates(states, {}, { handlers }), {
      status: "FAILED",
      error: "States.DataLimitExceeded",
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    const named = [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "Limit" }, ...task.Catch];
    assert.equal(await runStates({ ...states, A: { ...task, Catch: named } }, {}, { handlers }), "limit");
  });

  it("holds for what a task sends", async () => {
    const Arguments = { FunctionName: "plan", Payload: ["{% $states.input %}", "{% $states.input %}"] };
    const { error } = await runStates({ ...states, A: { ...task, Arguments } }, ofBytes(LIMIT / 2), { handlers });
    assert.equal(error, "States.DataLimitExceeded");
  });
});
