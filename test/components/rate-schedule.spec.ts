import assert from "node:assert/strict";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { RateSchedule, type RateScheduleArgs, SCHEDULED_TIME } from "../../components/rate-schedule.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-worker";

function scheduled(more: Partial<RateScheduleArgs> = {}, preview = false) {
  const program = () => {
    new RateSchedule("tick", {
      scheduleName: "lean-ops-test-tick",
      roleName: "lean-ops-test-tick-schedule",
      description: "Has it work",
      everyMinutes: 15,
      target: {
        arn: new lambda.Function("worker", { name: "lean-ops-test-worker", role: "arn" }).arn,
        action: "lambda:InvokeFunction",
      },
      placement: PLACEMENT,
      ...more,
    });
  };
  return registrations(program, { preview });
}

describe("RateSchedule", () => {
  it("makes a schedule and the role that it takes, and nothing that lets others invoke the function", async () => {
    const { "aws:lambda/function:Function": _function, ...made } = namesByType(await scheduled());
    assert.deepEqual(made, {
      [ROLE]: ["tick-role"],
      [ROLE_POLICY]: ["tick-policy"],
      [SCHEDULE]: ["tick"],
      "lean-ops:index:RateSchedule": ["tick"],
    });
  });

  it("tries a firing no longer than until the next", async () => {
    assert.deepEqual(inputsOf(await scheduled(), SCHEDULE).tick, {
      name: "lean-ops-test-tick",
      description: "Has it work",
      scheduleExpression: "rate(15 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: FUNCTION_ARN,
        roleArn: "arn:aws:iam::123456789012:role/lean-ops-test-tick-schedule",
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 3 },
      },
    });
  });

  it("says one minute as AWS asks for it", async () => {
    const inputs = inputsOf(await scheduled({ everyMinutes: 1 }), SCHEDULE).tick;
    assert.equal(inputs?.scheduleExpression, "rate(1 minute)");
    assert.equal(inputs.target.retryPolicy.maximumEventAgeInSeconds, 60);
  });

  it("hands the function its event, with the keyword as AWS looks for it", async () => {
    const inputs = inputsOf(await scheduled({ input: { at: SCHEDULED_TIME } }), SCHEDULE).tick;
    assert.equal(inputs?.target.input, '{"at":"<aws.scheduler.scheduled-time>"}');
  });

  it("lets this account's schedules invoke the function, and no more", async () => {
    const found = await scheduled();
    const role = inputsOf(found, ROLE)["tick-role"];
    assert.equal(role?.name, "lean-ops-test-tick-schedule");
    assert.deepEqual(JSON.parse(role.assumeRolePolicy).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
    const policy = inputsOf(found, ROLE_POLICY)["tick-policy"];
    assert.equal(policy?.role, "lean-ops-test-tick-schedule");
    assert.deepEqual(JSON.parse(policy.policy).Statement, [
      { Sid: "Call", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION_ARN },
    ]);
  });

  it("starts executions of a state machine as well, and then may do that alone", async () => {
    const arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:one";
    const found = await scheduled({ target: { arn, action: "states:StartExecution" } });
    assert.equal(inputsOf(found, SCHEDULE).tick?.target.arn, arn);
    assert.deepEqual(JSON.parse(inputsOf(found, ROLE_POLICY)["tick-policy"]?.policy).Statement, [
      { Sid: "Call", Effect: "Allow", Action: "states:StartExecution", Resource: arn },
    ]);
  });

  it("can be previewed", async () => {
    const found = await scheduled({}, true);
    assert.equal(inputsOf(found, SCHEDULE).tick?.scheduleExpression, "rate(15 minutes)");
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["tick-policy"]?.policy));
  });
});
