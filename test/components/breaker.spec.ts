import assert from "node:assert/strict";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Breaker } from "../../components/breaker.ts";
import { namesFor } from "../../settings/names.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { completed } from "../../settings/settings.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement } from "../support/security.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const EVENTS = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TABLE = "aws:dynamodb/table:Table";
const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";

const names = namesFor("lean-ops", "test");
const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:lean-ops-test-breaker";
const ALERTS_ARN = "arn:aws:sns:eu-west-1:123456789012:lean-ops-test-alerts";
const BREAKER_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-circuit-breaker";

function breaker({ preview = false, deletionProtection = true } = {}) {
  const settings = completed(
    settingsSchema.parse({
      topics: { orders: {}, payments: {} },
      breaker: { errorPercent: 40, coolDownMinutes: 6, maximumCoolDownMinutes: 24, probeMinutes: 3 },
      queue: { retentionDays: 2 },
      deletionProtection,
    }),
  );
  const program = () => {
    new Breaker("breaker", {
      names,
      settings,
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      keys: KEYS,
      processor: new lambda.Function("processor", { name: names.functionName("sqs-processor"), role: "arn" }),
      topicQueueUrlPrefix: "https://queues.test/123456789012/lean-ops-test-topic-",
      alertTopic: new sns.Topic("alerts", { name: names.alertTopic }),
    });
  };
  return registrations(program, { preview });
}

describe("Breaker", () => {
  it("makes the alarms and their topic, the function, its schedule and its table, and nothing else", async () => {
    const made = namesByType(await breaker());
    assert.deepEqual(made, {
      "aws:cloudwatch/logGroup:LogGroup": ["breaker-logs"],
      [ALARM]: [
        "breaker-circuit-crashes",
        "breaker-circuit-error-rate",
        "breaker-circuit-no-start",
        "breaker-circuit-throttled",
      ],
      [TABLE]: ["breaker-circuit"],
      "aws:iam/role:Role": ["breaker-role", "breaker-schedule-role"],
      [ROLE_POLICY]: ["breaker-policy", "breaker-schedule-policy"],
      [FUNCTION]: ["breaker-function", "processor"],
      [EVENTS]: ["breaker-events"],
      [PERMISSION]: ["breaker-permission"],
      [SCHEDULE]: ["breaker-schedule"],
      [TOPIC]: ["alerts", "breaker-topic"],
      [TOPIC_POLICY]: ["breaker-policy"],
      [SUBSCRIPTION]: ["breaker-subscription"],
      "lean-ops:index:AlarmTopic": ["breaker"],
      "lean-ops:index:Breaker": ["breaker"],
      "lean-ops:index:RateSchedule": ["breaker-schedule"],
      "lean-ops:index:HardenedFunction": ["breaker"],
    });
  });

  it("has alarms that do nothing but tell its topic, to which only they may publish", async () => {
    const found = await breaker();
    for (const inputs of Object.values(inputsOf(found, ALARM))) {
      assert.deepEqual(inputs.alarmActions, [TOPIC_ARN]);
      assert.equal("okActions" in inputs || "insufficientDataActions" in inputs, false);
    }
    const { policy } = inputsOf(found, TOPIC_POLICY)["breaker-policy"] ?? {};
    const alarms = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lean-ops-test-circuit-*";
    const conditions = JSON.parse(policy).Statement.map(({ Condition }: { Condition: unknown }) => Condition);
    assert.deepEqual(conditions, [
      { ArnLike: { "aws:SourceArn": alarms }, StringEquals: { "aws:SourceAccount": "123456789012" } },
      { ArnNotLike: { "aws:SourceArn": alarms } },
      { Bool: { "aws:SecureTransport": "false" } },
    ]);
    for (const { name } of Object.values(inputsOf(found, ALARM))) assert.match(name, /^lean-ops-test-circuit-/);
  });

  it("remembers in a table that is encrypted, can be restored, and forgets what has expired", async () => {
    assert.deepEqual(inputsOf(await breaker(), TABLE)["breaker-circuit"], {
      name: "lean-ops-test-circuit",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "kind",
      rangeKey: "id",
      attributes: [
        { name: "kind", type: "S" },
        { name: "id", type: "S" },
      ],
      ttl: { attributeName: "expires_at", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: KEYS.data },
      deletionProtectionEnabled: true,
    });
    const unprotected = await breaker({ deletionProtection: false });
    assert.equal(inputsOf(unprotected, TABLE)["breaker-circuit"]?.deletionProtectionEnabled, false);
  });

  it("tells the function whose mappings it switches, by what rules, and whom it tells", async () => {
    const inputs = inputsOf(await breaker(), FUNCTION)["breaker-function"];
    assert.deepEqual(
      [inputs?.name, inputs?.timeout, inputs?.memorySize, inputs?.reservedConcurrentExecutions],
      ["lean-ops-test-circuit-breaker", 30, 512, 2],
    );
    assert.deepEqual(inputs?.environment.variables, {
      PROCESSOR_FUNCTION: "lean-ops-test-sqs-processor",
      CIRCUIT_TABLE: "lean-ops-test-circuit",
      ALERT_TOPIC_ARN: ALERTS_ARN,
      BREAKER_ALARMS:
        "lean-ops-test-circuit-error-rate,lean-ops-test-circuit-crashes,lean-ops-test-circuit-no-start,lean-ops-test-circuit-throttled",
      TOPIC_QUEUE_PREFIX: "lean-ops-test-topic-",
      TOPIC_QUEUE_URL_PREFIX: "https://queues.test/123456789012/lean-ops-test-topic-",
      COOL_DOWN_MINUTES: "6",
      MAXIMUM_COOL_DOWN_MINUTES: "24",
      PROBE_MINUTES: "3",
      ERROR_PERCENT: "40",
      MAXIMUM_HOLD_HOURS: "24",
    });
  });

  it("lets the function switch the processor's mappings and no others, and do what else it needs, and no more", async () => {
    const found = await breaker();
    const { policy } = inputsOf(found, ROLE_POLICY)["breaker-policy"] ?? {};
    const statements: { Sid: string }[] = JSON.parse(policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "SwitchMappings",
          Effect: "Allow",
          Action: ["lambda:UpdateEventSourceMapping", "lambda:GetEventSourceMapping"],
          Resource: "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:*",
          Condition: {
            ArnEquals: {
              "lambda:FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-sqs-processor",
            },
          },
        },
        {
          Sid: "LookAround",
          Effect: "Allow",
          Action: ["lambda:ListEventSourceMappings", "cloudwatch:GetMetricData"],
          Resource: "*",
        },
        {
          Sid: "ReadAlarms",
          Effect: "Allow",
          Action: "cloudwatch:DescribeAlarms",
          Resource: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*",
        },
        {
          Sid: "Remember",
          Effect: "Allow",
          Action: [
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
          ],
          Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/lean-ops-test-circuit",
        },
        {
          Sid: "MeasureBacklog",
          Effect: "Allow",
          Action: "sqs:GetQueueAttributes",
          Resource: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-*",
        },
        { Sid: "TellPeople", Effect: "Allow", Action: "sns:Publish", Resource: ALERTS_ARN },
        keyStatement("TableKey", "data", ["Decrypt"], ["dynamodb"]),
        keyStatement("NotificationsKey", "notifications", ["GenerateDataKey*", "Decrypt"], ["sns"]),
      ],
    );
  });

  it("has its topic invoke the function, and no other topic", async () => {
    const found = await breaker();
    assert.deepEqual(inputsOf(found, SUBSCRIPTION)["breaker-subscription"], {
      topic: TOPIC_ARN,
      protocol: "lambda",
      endpoint: BREAKER_ARN,
    });
    assert.deepEqual(inputsOf(found, PERMISSION)["breaker-permission"], {
      statementId: "AlarmsOpenTheCircuit",
      action: "lambda:InvokeFunction",
      function: "lean-ops-test-circuit-breaker",
      principal: "sns.amazonaws.com",
      sourceArn: TOPIC_ARN,
    });
  });

  it("has it look around every minute, and leaves what fails to the next look", async () => {
    const found = await breaker();
    const schedule = inputsOf(found, SCHEDULE)["breaker-schedule"];
    assert.deepEqual(
      [schedule?.name, schedule?.scheduleExpression],
      ["lean-ops-test-circuit-breaker", "rate(1 minute)"],
    );
    assert.equal(schedule?.target.arn, BREAKER_ARN);
    assert.equal(schedule?.target.input, '{"command":"reconcile","scheduledTime":"<aws.scheduler.scheduled-time>"}');
    assert.deepEqual(inputsOf(found, EVENTS)["breaker-events"], {
      functionName: "lean-ops-test-circuit-breaker",
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
  });

  it("knows its rules in a preview, though not whom it tells", async () => {
    const found = await breaker({ preview: true });
    assert.equal(inputsOf(found, SCHEDULE)["breaker-schedule"]?.scheduleExpression, "rate(1 minute)");
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["breaker-policy"]?.policy));
  });
});
