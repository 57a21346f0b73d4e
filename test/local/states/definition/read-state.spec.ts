import assert from "node:assert/strict";
import { machineOf } from "../fixtures.ts";
import { end, problemsOf, withTask } from "./fixtures.ts";

describe("states of a definition", () => {
  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    [
      "a Parallel state",
      machineOf({ Both: { Type: "Parallel", Branches: [], End: true } }),
      /Type: the local cloud has Task, .*, not Parallel/,
    ],
    [
      "another integration",
      withTask({ Resource: "arn:aws:states:::sqs:sendMessage" }),
      /Resource: the local cloud has arn:aws:states:::lambda:invoke, .*not arn:aws:states:::sqs/,
    ],
    [
      "a function's own ARN",
      withTask({ Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f" }),
      /Resource: the local cloud has/,
    ],
    [
      "an argument that the integration has not",
      withTask({ Arguments: { FunctionName: "f", LogType: "Tail" } }),
      /Arguments.LogType: not known/,
    ],
    ["a missing argument", withTask({ Arguments: {} }), /Arguments.FunctionName: is required/],
    ["no arguments", withTask({ Arguments: undefined }), /Arguments.FunctionName: is required/],
    ["neither Next nor End", withTask({ Next: undefined }), /Next: a state has either Next or End/],
    ["both Next and End", withTask({ End: true }), /Next: a state has either Next or End/],
    ["a timeout of 0", withTask({ TimeoutSeconds: 0 }), /TimeoutSeconds: must be a whole number from 1/],
    ["a heartbeat", withTask({ HeartbeatSeconds: 3 }), /HeartbeatSeconds: not known/],
    ["credentials", withTask({ Credentials: {} }), /Credentials: not known/],
    ["a choice without rules", machineOf({ Which: { Type: "Choice", Choices: [] } }), /Choices: must have a rule/],
    [
      "a choice with an output beside its rules",
      machineOf({ Which: { Type: "Choice", Choices: [{ Condition: true, Next: "Done" }], Output: 1 }, ...end }),
      /Which.Output: not known/,
    ],
    [
      "a choice in JSONPath",
      machineOf({ Which: { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 1, Next: "Done" }] }, ...end }),
      /Choices\[0\].Variable: not known(.|\n)*Condition: is required/,
    ],
    [
      "a condition that is no boolean",
      machineOf({ Which: { Type: "Choice", Choices: [{ Condition: "yes", Next: "Done" }] }, ...end }),
      /Condition: must be a boolean/,
    ],
    [
      "rules that are no list",
      machineOf({ Which: { Type: "Choice", Choices: {} } }),
      /Choices: must be a list of objects/,
    ],
    ["a wait without a time", machineOf({ W: { Type: "Wait", End: true } }), /Seconds: a Wait has either/],
    [
      "a wait with two times",
      machineOf({ W: { Type: "Wait", Seconds: 1, Timestamp: "t", End: true } }),
      /Seconds: a Wait has either/,
    ],
    ["a Succeed with a next", machineOf({ S: { Type: "Succeed", Next: "S" } }), /S.Next: not known/],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }
});
