import assert from "node:assert/strict";
import { ignoredInputs, schedulesOf } from "../../../local/scheduler/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:sweep";
const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:refinery";

const target = { arn: functionArn, roleArn: "arn:aws:iam::123456789012:role/schedule" };

const inputs = {
  name: "error-sweep",
  scheduleExpression: "rate(15 minutes)",
  flexibleTimeWindow: { mode: "OFF" },
  target,
};

function read(more: Record<string, unknown> = {}) {
  const graph = graphOf([{ type: "aws:scheduler/schedule:Schedule", name: "sweep", inputs: { ...inputs, ...more } }]);
  return schedulesOf(graph, [{ arn: functionArn }], [{ arn: machineArn }]);
}

describe("schedules of a graph", () => {
  it("take their rate, target and input from their resource", () => {
    assert.deepEqual(read({ target: { ...target, input: '{"a":1}' }, state: "DISABLED", groupName: "errors" }), [
      {
        name: "error-sweep",
        arn: "arn:aws:scheduler:eu-west-1:123456789012:schedule/errors/error-sweep",
        enabled: false,
        periodMs: 15 * 60_000,
        target: { kind: "function", arn: functionArn },
        input: '{"a":1}',
      },
    ]);
  });

  it("are enabled and without input unless they say otherwise", () => {
    const [schedule] = read();
    assert.deepEqual(
      [schedule?.enabled, schedule?.input, schedule?.arn],
      [true, undefined, "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/error-sweep"],
    );
  });

  it("may start a state machine", () => {
    const [schedule] = read({ target: { ...target, arn: machineArn } });
    assert.deepEqual(schedule?.target, { kind: "stateMachine", arn: machineArn });
  });

  it("take what has no effect here", () => {
    read({ description: "d", target: { ...target, retryPolicy: { maximumRetryAttempts: 0 } } });
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  const rates: [expression: string, minutes: number][] = [
    ["rate(1 minute)", 1],
    ["rate(2 hours)", 120],
    ["rate(1 day)", 1_440],
  ];
  for (const [scheduleExpression, minutes] of rates) {
    it(`are every ${minutes} minutes for ${scheduleExpression}`, () => {
      assert.equal(read({ scheduleExpression })[0]?.periodMs, minutes * 60_000);
    });
  }

  const refused: [title: string, more: Record<string, unknown>, message: RegExp][] = [
    ["cron", { scheduleExpression: "cron(0 8 * * ? *)" }, /scheduleExpression: the local cloud has rate\(.*, not cron/],
    ["a rate of zero", { scheduleExpression: "rate(0 minutes)" }, /scheduleExpression: the local cloud has rate/],
    ["a flexible window", { flexibleTimeWindow: { mode: "FLEXIBLE" } }, /flexibleTimeWindow.mode: must match/],
    [
      "a target that is neither",
      { target: { ...target, arn: "arn:aws:sqs:x" } },
      /target.arn: must be a function or a state machine/,
    ],
    ["no role", { target: { arn: functionArn } }, /target.roleArn: must match/],
    ["an input that is not JSON", { target: { ...target, input: "{" } }, /target.input: /],
    ["a start date", { startDate: "2026-01-01T00:00:00Z" }, /startDate: not known to the local cloud/],
    ["another state", { state: "PAUSED" }, /state: the local cloud has ENABLED, DISABLED, not PAUSED/],
  ];
  for (const [title, more, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.throws(() => read(more), message);
    });
  }
});
