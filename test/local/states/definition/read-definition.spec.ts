import assert from "node:assert/strict";
import aslValidator from "asl-validator";
import { ResourceError } from "../../../../local/graph/inputs.ts";
import { machineOf, readMachine } from "../fixtures.ts";
import { distributed, end, inline, pass, problemsOf, task, withTask } from "./fixtures.ts";

describe("definitions of state machines", () => {
  it("are taken with every state and field that the local cloud has", () => {
    const definition = machineOf(
      {
        Plan: {
          ...task,
          Comment: "c",
          Arguments: { FunctionName: "plan", Payload: { run: "{% $states.context.Execution.Name %}", n: [1, null] } },
          TimeoutSeconds: "{% $states.input.seconds %}",
          Output: "{% $states.result.Payload %}",
          Assign: { key: "{% $states.result.Payload.key %}" },
          Retry: [
            {
              ErrorEquals: ["Lambda.TooManyRequestsException"],
              IntervalSeconds: 2,
              MaxDelaySeconds: 9,
              MaxAttempts: 0,
            },
            { ErrorEquals: ["States.ALL"], BackoffRate: 1.5, JitterStrategy: "FULL" },
          ],
          Catch: [
            { ErrorEquals: ["States.ALL"], Next: "Failed", Output: "{% $states.errorOutput %}", Assign: { e: 1 } },
          ],
          Next: "Topics",
        },
        Topics: {
          ...distributed,
          ItemSelector: { topic: "{% $states.context.Map.Item.Value %}", key: "{% $key %}" },
          ToleratedFailureCount: "{% 3 %}",
          Next: "Each",
        },
        Each: {
          ...inline,
          MaxConcurrency: 1,
          ItemProcessor: { StartAt: "Use", States: { Use: { ...pass, Output: "{% $key %}", Assign: { own: 1 } } } },
          Next: "Which",
        },
        Which: {
          Type: "Choice",
          Choices: [
            { Condition: "{% $exists($e) %}", Next: "Wait", Output: 1, Assign: { e: 2 } },
            { Condition: "{% true %}", Next: "Done" },
          ],
          Default: "Until",
          Assign: { e: 3 },
        },
        Wait: { Type: "Wait", Seconds: "{% $states.input.s %}", Next: "Done" },
        Until: { Type: "Wait", Timestamp: "2026-01-01T00:00:00Z", End: true },
        Done: { Type: "Succeed", Output: { a: "{% $now() %}" } },
        Failed: { Type: "Fail", Error: "{% $states.input.Error %}", Cause: "c" },
      },
      { Version: "1.0", TimeoutSeconds: 900, Comment: "all of it" },
    );
    // It changes what it validates.
    const { isValid, errorsText } = aslValidator(structuredClone(definition));
    assert.ok(isValid, isValid ? "" : errorsText("\n"));
    assert.deepEqual(problemsOf(definition), []);
  });

  it("name resource, state, field and rule", () => {
    assert.deepEqual(problemsOf(machineOf({ Plan: { ...task, InputPath: null }, ...end })), [
      'aws:sfn/stateMachine:StateMachine "refinery": definition.States.Plan.InputPath: not known to the local cloud here',
    ]);
  });

  it("are refused with all their problems at once", () => {
    const definition = machineOf({ Plan: { ...task, Next: "Gone", Output: "{% $plan( %}" } }, { StartAt: "Nowhere" });
    const [start, next, output] = problemsOf(definition);
    assert.match(String(start), /definition\.StartAt: there is no state Nowhere/);
    assert.match(String(next), /definition\.States\.Plan\.Next: there is no state Gone/);
    assert.match(String(output), /definition\.States\.Plan\.Output: Output: \$plan\( is not JSONata: S0203/);
  });

  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    ["no query language", { ...machineOf(end), QueryLanguage: undefined }, /QueryLanguage: must match \^JSONata\$/],
    ["JSONPath", { ...machineOf(end), QueryLanguage: "JSONPath" }, /QueryLanguage: must match/],
    ["a state's own query language", withTask({ QueryLanguage: "JSONata" }), /Plan.QueryLanguage: not known/],
    ["no states", { QueryLanguage: "JSONata", StartAt: "A", States: {} }, /States: must have a state/],
    ["a list of states", { QueryLanguage: "JSONata", StartAt: "A", States: [] }, /States: must be an object/],
    ["what is no object", "[]", /QueryLanguage: must match/],
    ["what is no JSON", "{", /definition: Expected property name/],
    [
      "a name for two states",
      machineOf({ Inner: { ...inline, Next: "Done" }, ...end }),
      /Inner: a state's name is unique/,
    ],
    ["a name of 81 characters", machineOf({ ["x".repeat(81)]: pass }), /a state's name has at most 80/],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }

  it("are refused, not crashed on, for any value in place of a field", () => {
    const definition = machineOf({
      Plan: { ...task, Retry: [{ ErrorEquals: ["A"] }] },
      Topics: distributed,
      Each: inline,
      ...end,
    });
    for (const path of pathsOf(definition)) {
      for (const value of [null, 0, "", "{%", [], [null], {}, true]) {
        readQuietly(replaced(definition, path, value));
      }
    }
  });
});

function readQuietly(definition: unknown): void {
  try {
    readMachine(definition);
  } catch (error) {
    assert.ok(error instanceof ResourceError, String(error));
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
