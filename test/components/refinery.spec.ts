import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import aslValidator from "asl-validator";
import { readMachine } from "../local/states/fixtures.ts";
import { inputsOf, namesByType } from "../support/mocks.ts";
import { COMMON_STATEMENTS, KEYS } from "../support/security.ts";
import { refineryOf, statementsOf } from "./refinery/parts.ts";

const FUNCTION = "aws:lambda/function:Function";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const ROLE = "aws:iam/role:Role";

const MACHINE_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:lean-ops-test-refinery";

describe("Refinery", () => {
  it("makes a machine, the function that plans its runs, their logs and a schedule, each with a role of its own", async () => {
    const made = namesByType(await refineryOf());
    const own = Object.fromEntries(
      Object.entries(made)
        .map(([type, names]) => [type, names.filter((name) => name.startsWith("refinery"))] as const)
        .filter(([, names]) => names.length > 0),
    );
    assert.deepEqual(own, {
      [LOG_GROUP]: ["refinery-machine-logs", "refinery-plan-logs"],
      "aws:iam/role:Role": ["refinery-plan-role", "refinery-role", "refinery-schedule-role"],
      "aws:iam/rolePolicy:RolePolicy": ["refinery-plan-policy", "refinery-policy", "refinery-schedule-policy"],
      [FUNCTION]: ["refinery-plan-function"],
      [SCHEDULE]: ["refinery-schedule"],
      [MACHINE]: ["refinery-machine"],
      "lean-ops:index:HardenedFunction": ["refinery-plan"],
      "lean-ops:index:RateSchedule": ["refinery-schedule"],
      "lean-ops:index:Refinery": ["refinery"],
    });
  });

  it("deploys a definition that is valid, and that the local cloud can run", async () => {
    const { definition, ...inputs } = inputsOf(await refineryOf({ refinery: { concurrency: 7 } }), MACHINE)[
      "refinery-machine"
    ] as { definition: string };
    const deployed = JSON.parse(definition);
    const { isValid, errorsText } = aslValidator(structuredClone(deployed));
    assert.ok(isValid, isValid ? "" : errorsText("\n"));
    readMachine(definition);
    const { Lock, Plan, Topics, WaterBalance } = deployed.States;
    assert.equal(Lock.Arguments.TableName, "lean-ops-test-refinery");
    assert.equal(Plan.Arguments.FunctionName, "lean-ops-test-refinery-plan");
    assert.equal(WaterBalance.Arguments.FunctionName, "lean-ops-test-water-balance");
    assert.deepEqual([Topics.MaxConcurrency, Topics.ItemReader.Arguments.Bucket], [7, "lean-ops-test-queries"]);
    assert.equal(Topics.ItemProcessor.States.Curate.Arguments.WorkGroup, "lean-ops-test");
    assert.deepEqual(inputs, {
      name: "lean-ops-test-refinery",
      roleArn: "arn:aws:iam::123456789012:role/lean-ops-test-refinery",
      type: "STANDARD",
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: false,
        logDestination: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/lean-ops-test-refinery:*",
      },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: {
        type: "CUSTOMER_MANAGED_KMS_KEY",
        kmsKeyId: KEYS.data,
        kmsDataKeyReusePeriodSeconds: 900,
      },
    });
  });

  it("keeps the machine's logs for as long as the others, encrypted", async () => {
    assert.deepEqual(inputsOf(await refineryOf(), LOG_GROUP)["refinery-machine-logs"], {
      name: "/aws/vendedlogs/states/lean-ops-test-refinery",
      retentionInDays: 7,
      kmsKeyId: KEYS.operations,
    });
  });

  it("lets Step Functions take the machine's role for this account alone", async () => {
    const { assumeRolePolicy } = inputsOf(await refineryOf(), ROLE)["refinery-role"] ?? {};
    assert.deepEqual(JSON.parse(assumeRolePolicy).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "states.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });

  it("begins a run as often as the settings say, with the right to do that and nothing else", async () => {
    const found = await refineryOf({ refinery: { everyMinutes: 30 } });
    const { scheduleExpression, target } = inputsOf(found, SCHEDULE)["refinery-schedule"] ?? {};
    assert.deepEqual([scheduleExpression, target.arn, target.input], ["rate(30 minutes)", MACHINE_ARN, "{}"]);
    const statements = statementsOf(found, "refinery-schedule-policy");
    assert.deepEqual(Object.keys(statements), ["Call"]);
    assert.deepEqual([statements.Call?.Action, statements.Call?.Resource], ["states:StartExecution", MACHINE_ARN]);
  });

  it("tells the plan where everything is, and hands it the declared columns beside its code", async () => {
    const found = await refineryOf();
    const { environment, code, timeout, memorySize } = inputsOf(found, FUNCTION)["refinery-plan-function"] ?? {};
    assert.deepEqual([timeout, memorySize], [120, 512]);
    assert.deepEqual(environment.variables, {
      RAW_DATABASE: "lean_ops_test_raw",
      CURATED_DATABASE: "lean_ops_test_curated",
      SEMANTIC_DATABASE: "lean_ops_test_semantic",
      REFINERY_TABLE: "lean-ops-test-refinery",
      RESULTS_BUCKET: "lean-ops-test-queries",
      MARGIN_SECONDS: environment.variables.MARGIN_SECONDS,
      BALANCE_DAYS: "7",
    });
    assert.match(environment.variables.MARGIN_SECONDS, /^\d+$/);
    const topics = await (await code.assets)["topics.json"].text;
    assert.deepEqual(JSON.parse(topics), [
      { topic: "orders", columns: [{ name: "amount", type: "int", path: ["amount"], required: true }] },
      { topic: "payments", columns: [] },
    ]);
  });

  it("says after how many days a copy is another message, only where the settings do", async () => {
    const found = await refineryOf({ refinery: { deduplicationDays: 30 } });
    const { environment } = inputsOf(found, FUNCTION)["refinery-plan-function"] ?? {};
    assert.equal(environment.variables.DEDUPLICATION_DAYS, "30");
  });

  it("lets the plan read the catalog and the progress, write plans, and no more", async () => {
    const statements = statementsOf(await refineryOf(), "refinery-plan-policy");
    const own = Object.entries(statements).filter(([sid]) => !COMMON_STATEMENTS.includes(sid));
    assert.deepEqual(
      own.map(([sid, { Action }]) => [sid, Action]),
      [
        ["ReadCatalog", "glue:GetTables"],
        ["ReadProgress", "dynamodb:Query"],
        ["WritePlan", "s3:PutObject"],
        ["PlanKey", ["kms:GenerateDataKey", "kms:Decrypt"]],
        ["ProgressKey", ["kms:Decrypt"]],
      ],
    );
    assert.equal(statements.WritePlan?.Resource, "arn:aws:s3:::lean-ops-test-queries/runs/*");
    const { Resource } = statements.ReadCatalog ?? {};
    assert.match(JSON.stringify(Resource), /table\/lean_ops_test_raw\/\*.*table\/lean_ops_test_semantic\/\*/);
  });

  it("can be previewed: what depends on AWS is unknown, and nothing fails", async () => {
    const found = await refineryOf({}, true);
    assert.equal(inputsOf(found, SCHEDULE)["refinery-schedule"]?.scheduleExpression, "rate(15 minutes)");
    assert(pulumi.isUnknown(inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["refinery-policy"]?.policy));
  });
});
