import assert from "node:assert/strict";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ErrorSweep } from "../../components/error-sweep.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement } from "../support/security.ts";

const FUNCTION = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-error-sweep";

function sweep(preview = false) {
  const names = namesFor("lean-ops", "test");
  const program = () => {
    new ErrorSweep("sweep", {
      names,
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      messagesKey: KEYS.messages,
      errorBucket: new s3.Bucket("errors", { bucket: "lean-ops-test-errors" }),
      deliveryErrorsQueue: new sqs.Queue("queue", { name: names.deliveryErrorsQueue }),
    });
  };
  return registrations(program, { preview });
}

describe("ErrorSweep", () => {
  it("makes a function and a schedule, each with a role of its own", async () => {
    const { "aws:s3/bucket:Bucket": _bucket, "aws:sqs/queue:Queue": _queue, ...made } = namesByType(await sweep());
    assert.deepEqual(made, {
      "aws:cloudwatch/logGroup:LogGroup": ["sweep-logs"],
      [FUNCTION]: ["sweep-function"],
      [ROLE]: ["sweep-role", "sweep-schedule-role"],
      [ROLE_POLICY]: ["sweep-policy", "sweep-schedule-policy"],
      [SCHEDULE]: ["sweep-schedule"],
      "lean-ops:index:ErrorSweep": ["sweep"],
      "lean-ops:index:RateSchedule": ["sweep-schedule"],
      "lean-ops:index:HardenedFunction": ["sweep"],
    });
  });

  it("looks every 15 minutes, and no longer for an earlier time once the next has come", async () => {
    assert.deepEqual(inputsOf(await sweep(), SCHEDULE)["sweep-schedule"], {
      name: "lean-ops-test-error-sweep",
      description: "Has the error files looked through",
      scheduleExpression: "rate(15 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: FUNCTION_ARN,
        roleArn: "arn:aws:iam::123456789012:role/lean-ops-test-error-sweep-schedule",
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 3 },
      },
    });
  });

  it("tells the function where to look and whom to tell, and lets it do so and no more", async () => {
    const found = await sweep();
    const { environment, ...inputs } = inputsOf(found, FUNCTION)["sweep-function"] ?? {};
    assert.equal("reservedConcurrentExecutions" in inputs, false);
    assert.deepEqual(environment.variables, {
      ERROR_BUCKET: "lean-ops-test-errors",
      DELIVERY_ERRORS_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/lean-ops-test-delivery-errors",
    });
    const statements: { Sid: string }[] = JSON.parse(inputsOf(found, ROLE_POLICY)["sweep-policy"]?.policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "FindErrorFiles",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::lean-ops-test-errors",
          Condition: { StringEquals: { "s3:prefix": "failed/" } },
        },
        {
          Sid: "TellOfThem",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-delivery-errors",
        },
        keyStatement("MessagesKey", "messages", ["GenerateDataKey", "Decrypt"], ["sqs"]),
      ],
    );
  });

  it("can be previewed", async () => {
    const found = await sweep(true);
    assert.equal(inputsOf(found, SCHEDULE)["sweep-schedule"]?.scheduleExpression, "rate(15 minutes)");
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["sweep-policy"]?.policy));
  });
});
