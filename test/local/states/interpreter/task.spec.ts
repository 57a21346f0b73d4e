import assert from "node:assert/strict";
import { answered, INVOKE, machineOf, ROLE_ARN, setUp, summaryOf } from "../fixtures.ts";

const task = { Type: "Task", Resource: INVOKE, Arguments: { FunctionName: "plan" }, End: true };

describe("a task", () => {
  it("calls its service as the machine's role, with its evaluated arguments", async () => {
    const Arguments = { FunctionName: "plan", Payload: { run: "{% $states.input.run %}", full: true } };
    const { run, services } = setUp(machineOf({ A: { ...task, Arguments } }), {
      handlers: { "lambda:Invoke": () => answered({ topics: 3 }) },
    });
    assert.deepEqual(summaryOf(await run({ run: 7 })), {
      ExecutedVersion: "$LATEST",
      Payload: { topics: 3 },
      StatusCode: 200,
    });
    assert.deepEqual(services.calls, [
      {
        service: "lambda",
        action: "Invoke",
        input: { FunctionName: "plan", Payload: '{"run":7,"full":true}' },
        caller: { accessKeyId: ROLE_ARN.split("/")[1], sessionToken: undefined },
        at: 0,
      },
    ]);
  });

  it("hands its result on by what it says, and assigns of it", async () => {
    const states = {
      A: {
        ...task,
        Output: "{% $states.result.Payload.n %}",
        Assign: { status: "{% $states.result.StatusCode %}" },
        End: undefined,
        Next: "B",
      },
      B: { Type: "Pass", Output: "{% [$states.input, $status] %}", End: true },
    };
    const { run } = setUp(machineOf(states), { handlers: { "lambda:Invoke": () => answered({ n: 5 }) } });
    assert.deepEqual(summaryOf(await run()), [5, 200]);
  });

  it("fails with States.Timeout when its time is up, and leaves no timer", async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const states = { A: { ...task, TimeoutSeconds: "{% $states.input.s %}" } };
    const { start, clock } = setUp(machineOf(states), { handlers: { "lambda:Invoke": () => promise } });
    const execution = start({ s: 30 });
    await clock.advance(29_999);
    assert.equal(execution.status, "RUNNING");
    await clock.advance(1);
    assert.deepEqual(summaryOf(execution), { status: "FAILED", error: "States.Timeout", cause: "" });
    resolve(answered("late"));
    await clock.advance(0);
    assert.deepEqual([execution.status, clock.pending()], ["FAILED", 0]);
  });

  it("that ends in time leaves no timer either", async () => {
    const { run, clock } = setUp(machineOf({ A: { ...task, TimeoutSeconds: 30 } }), {
      handlers: { "lambda:Invoke": () => answered(1) },
    });
    assert.equal((await run()).status, "SUCCEEDED");
    assert.equal(clock.pending(), 0);
  });

  it("is left when its execution is stopped; a late failure of its service harms nobody", async () => {
    const { promise, reject } = Promise.withResolvers<unknown>();
    const { start, clock } = setUp(machineOf({ A: task }), { handlers: { "lambda:Invoke": () => promise } });
    const execution = start();
    await clock.advance(0);
    execution.abort("Operator", "enough");
    reject(new Error("late"));
    await clock.advance(0);
    assert.deepEqual(summaryOf(execution), { status: "ABORTED", error: "Operator", cause: "enough" });
  });
});
