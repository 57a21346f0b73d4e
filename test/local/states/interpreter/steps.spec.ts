import assert from "node:assert/strict";
import { machineOf, runStates, setUp, summaryOf } from "../fixtures.ts";

describe("a Pass", () => {
  it("hands its input on unless it says something else", async () => {
    assert.deepEqual(await runStates({ A: { Type: "Pass", End: true } }, { n: [1] }), { n: [1] });
    const Output = {
      n: "{% $states.input.n + 1 %}",
      literal: "$states.input.n",
      list: [null, "{% $states.input.n %}"],
    };
    assert.deepEqual(await runStates({ A: { Type: "Pass", Output, End: true } }, { n: 1 }), {
      n: 2,
      literal: "$states.input.n",
      list: [null, 1],
    });
    assert.deepEqual(await runStates({ A: { Type: "Pass", Output: null, End: true } }, { n: 1 }), null);
  });

  it("fails with an expression that has no value, saying where", async () => {
    const first = { Type: "Pass", Next: "B" };
    const second = { Type: "Pass", Output: { a: { b: "{% $states.input.gone %}" } }, End: true };
    assert.deepEqual(await runStates({ A: first, B: second }), {
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause:
        "An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression " +
        "'$states.input.gone' specified for the field 'Output/a/b' returned nothing (undefined).",
    });
  });

  it("tells the execution, the machine and the state by the context object, and the time by the cloud's clock", async () => {
    const Output = {
      context: "{% $states.context %}",
      now: "{% $now() %}",
      day: "{% $now('[Y]-[M]-[D]') %}",
      ms: "{% $millis() %}",
    };
    const { start, clock } = setUp(
      machineOf({ W: { Type: "Wait", Seconds: 1, Next: "A" }, A: { Type: "Pass", Output, End: true } }),
    );
    const execution = start({ n: 1 }, "run-1");
    await clock.advance(1_000);
    assert.deepEqual(summaryOf(execution), {
      context: {
        Execution: {
          Id: "arn:aws:states:eu-west-1:123456789012:execution:refinery:run-1",
          Input: { n: 1 },
          Name: "run-1",
          RoleArn: "arn:aws:iam::123456789012:role/refinery-role",
          StartTime: "2026-01-01T00:00:00.000Z",
          RedriveCount: 0,
        },
        State: { EnteredTime: "2026-01-01T00:00:01.000Z", Name: "A", RetryCount: 0 },
        StateMachine: { Id: "arn:aws:states:eu-west-1:123456789012:stateMachine:refinery", Name: "refinery" },
      },
      now: "2026-01-01T00:00:01.000Z",
      day: "2026-1-1",
      ms: Date.UTC(2026, 0, 1, 0, 0, 1),
    });
  });
});

describe("a Choice", () => {
  const rule = (n: number) => ({ Condition: `{% $states.input.n = ${n} %}`, Next: `N${n}` });
  const named = (Output: string) => ({ Type: "Pass", Output, End: true });
  const states = {
    Which: { Type: "Choice", Choices: [rule(1), rule(2)], Default: "Other" },
    N1: named("one"),
    N2: named("two"),
    Other: named("other"),
  };

  it("follows the first rule that holds", async () => {
    assert.equal(await runStates(states, { n: 1 }), "one");
    assert.equal(await runStates(states, { n: 2 }), "two");
    assert.equal(await runStates(states, { n: 3 }), "other");
  });

  it("fails where no rule holds and there is no default; nothing recovers from that", async () => {
    const { error, cause } = await runStates({
      Which: { ...states.Which, Default: undefined },
      N1: states.N1,
      N2: states.N2,
    });
    assert.equal(error, "States.Runtime");
    assert.match(
      cause,
      /^An error occurred while executing the state 'Which' .* The state does not point to a next state\.$/,
    );
  });

  it("fails with a condition that is no boolean", async () => {
    const Choices = [{ Condition: "{% $states.input.n %}", Next: "End" }];
    const { error, cause } = await runStates({ Which: { Type: "Choice", Choices }, End: named("end") }, { n: "1" });
    assert.equal(error, "States.QueryEvaluationError");
    assert.match(
      cause,
      /specified for the field 'Condition' returned an unexpected result type\. Expected 'boolean', but was 'string' for value: "1"$/,
    );
  });

  it("assigns and hands on by the rule that holds, and assigns by itself for the default only", async () => {
    const all = {
      Set: { Type: "Pass", Assign: { by: "none" }, Next: "Which" },
      Which: {
        Type: "Choice",
        Choices: [
          {
            Condition: "{% $states.input.n = 1 %}",
            Next: "End",
            Assign: { by: "rule" },
            Output: "{% $states.input.n * 10 %}",
          },
          { Condition: "{% $states.input.n = 2 %}", Next: "End" },
        ],
        Default: "End",
        Assign: { by: "default" },
      },
      End: { Type: "Pass", Output: { by: "{% $by %}", input: "{% $states.input %}" }, End: true },
    };
    assert.deepEqual(await runStates(all, { n: 1 }), { by: "rule", input: 10 });
    assert.deepEqual(await runStates(all, { n: 2 }), { by: "none", input: { n: 2 } });
    assert.deepEqual(await runStates(all, { n: 3 }), { by: "default", input: { n: 3 } });
  });
});

describe("a Wait", () => {
  const wait = (more: object) => machineOf({ W: { Type: "Wait", End: true, ...more } });

  it("takes its seconds on the cloud's clock", async () => {
    const { start, clock } = setUp(wait({ Seconds: "{% $states.input.s %}" }));
    const execution = start({ s: 90 });
    await clock.advance(89_999);
    assert.equal(execution.status, "RUNNING");
    await clock.advance(1);
    assert.deepEqual(summaryOf(execution), { s: 90 });
  });

  it("lasts until its timestamp, and no longer where that has passed", async () => {
    const { start, clock } = setUp(wait({ Timestamp: "{% $states.input %}" }));
    const late = start("2025-12-31T23:00:00Z");
    const execution = start("2026-01-01T01:00:30.5+01:00");
    await clock.advance(30_499);
    assert.deepEqual([late.status, execution.status], ["SUCCEEDED", "RUNNING"]);
    await clock.advance(1);
    assert.equal(execution.status, "SUCCEEDED");
  });

  for (const time of ["2026-01-01", "05-12-2016T21:29:29Z", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"]) {
    it(`fails for the timestamp ${time}`, async () => {
      const execution = await setUp(wait({ Timestamp: time })).run();
      assert.equal(execution.error, "States.QueryEvaluationError");
      assert.match(String(execution.cause), new RegExp(`cannot be parsed as an ISO-8601 .*: ${time}$`));
    });
  }

  it("fails for seconds below 0", async () => {
    const { error } = await setUp(wait({ Seconds: "{% -1 %}" })).run();
    assert.equal(error, "States.QueryEvaluationError");
  });
});

describe("a Succeed and a Fail", () => {
  it("end the execution, with what they say", async () => {
    assert.deepEqual(await runStates({ S: { Type: "Succeed", Output: "{% $states.input.a %}" } }, { a: 1 }), 1);
    assert.deepEqual(
      await runStates({ F: { Type: "Fail", Error: "{% $states.input.e %}", Cause: "why" } }, { e: "Orders.Gone" }),
      {
        status: "FAILED",
        error: "Orders.Gone",
        cause: "why",
      },
    );
    assert.deepEqual(await runStates({ F: { Type: "Fail" } }), { status: "FAILED", error: "", cause: "" });
  });
});
