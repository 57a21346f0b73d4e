import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { CircuitItem, ReconcileCommand, TransitionItem } from "../functions/common/circuit.ts";
import type { Names } from "../settings/names.ts";
import { BREAKER_CONCURRENCY, type Settings } from "../settings/settings.ts";
import { metricAlarm } from "./alarm.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { breakerAlarms } from "./breaker-alarms.ts";
import { bundle } from "./bundle.ts";
import { type Keys, PUBLISHER_KEY_ACTIONS } from "./encryption.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { DECRYPT, keyUse, type Placement, topicQueueArns } from "./policy.ts";
import { RateSchedule, SCHEDULED_TIME } from "./rate-schedule.ts";

export interface BreakerArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "breaker" | "deletionProtection">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  /** Of the table, and of the topics. */
  keys: Pick<Keys, "data" | "notifications">;
  /** The sqs-processor, whose mappings the breaker disables and enables. */
  processor: lambda.Function;
  topicQueueUrlPrefix: pulumi.Input<string>;
  /** Where people are told. */
  alertTopic: sns.Topic;
}

const KEYS = { hash: "kind", range: "id", ttl: "expires_at" } as const satisfies {
  hash: keyof CircuitItem;
  range: keyof CircuitItem;
  ttl: keyof TransitionItem;
};

/** What the table's items may be called for by the circuit breaker. */
const TABLE_ACTIONS = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"].map((name) => `dynamodb:${name}`);

const RECONCILE: ReconcileCommand = { command: "reconcile", scheduledTime: SCHEDULED_TIME };

/** How often the circuit breaker looks around, and for how long at most. */
export const TICK_MINUTES = 1;
export const BREAKER_TIMEOUT_SECONDS = 30;

/**
 * The circuit between the topics' queues and the sqs-processor: alarms that open it, the function that disables and
 * restores the mappings, and what it remembers. The mappings themselves ignore changes to `enabled`, so that
 * `pulumi up` never closes an open circuit.
 */
export class Breaker extends pulumi.ComponentResource {
  /** Only the alarms that open the circuit publish here. */
  readonly topic: sns.Topic;
  readonly alarms: readonly cloudwatch.MetricAlarm[];
  readonly table: dynamodb.Table;
  readonly breaker: HardenedFunction;

  constructor(name: string, args: BreakerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Breaker", name, {}, opts);
    const { names, settings, placement, keys } = args;
    const { breaker, deletionProtection } = settings;

    this.topic = new AlarmTopic(
      name,
      { topicName: names.breakerTopic, key: keys.notifications, alarmPrefix: names.alarm("circuit-"), placement },
      { parent: this },
    ).topic;
    const alarms = breakerAlarms(names, settings);
    const target = { names, topic: this.topic, tellsOfTheEnd: false };
    this.alarms = alarms.map((alarm) => metricAlarm(`${name}-${alarm.name}`, alarm, target, this));

    this.table = new dynamodb.Table(
      `${name}-circuit`,
      {
        name: names.circuitTable,
        billingMode: "PAY_PER_REQUEST",
        hashKey: KEYS.hash,
        rangeKey: KEYS.range,
        attributes: [
          { name: KEYS.hash, type: "S" },
          { name: KEYS.range, type: "S" },
        ],
        ttl: { attributeName: KEYS.ttl, enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keys.data },
        deletionProtectionEnabled: deletionProtection,
      },
      { parent: this, protect: deletionProtection, retainOnDelete: deletionProtection },
    );

    this.breaker = new HardenedFunction(
      name,
      {
        ...args.functionDefaults,
        functionName: names.functionName("circuit-breaker"),
        description: "Opens the circuit in front of the sqs-processor, probes, and closes it again",
        code: bundle("functions/circuit-breaker/index.ts"),
        timeoutSeconds: BREAKER_TIMEOUT_SECONDS,
        memoryMb: 512,
        reservedConcurrency: BREAKER_CONCURRENCY,
        environment: {
          PROCESSOR_FUNCTION: args.processor.name,
          CIRCUIT_TABLE: this.table.name,
          ALERT_TOPIC_ARN: args.alertTopic.arn,
          BREAKER_ALARMS: alarms.map((alarm) => names.alarm(alarm.name)).join(","),
          TOPIC_QUEUE_PREFIX: names.topicQueuePrefix,
          TOPIC_QUEUE_URL_PREFIX: args.topicQueueUrlPrefix,
          COOL_DOWN_MINUTES: String(breaker.coolDownMinutes),
          MAXIMUM_COOL_DOWN_MINUTES: String(breaker.maximumCoolDownMinutes),
          PROBE_MINUTES: String(breaker.probeMinutes),
          ERROR_PERCENT: String(breaker.errorPercent),
          MAXIMUM_HOLD_HOURS: String(breaker.maximumHoldHours),
        },
        statements: permissions(args, this.table),
      },
      { parent: this },
    );
    this.#invoke(name, args);

    this.registerOutputs();
  }

  /** By the alarms, and once a minute. */
  #invoke(name: string, { names, placement }: BreakerArgs): void {
    const breaker = this.breaker.function;
    // Both come by Lambda's queue of events. What fails or comes late there is not tried again: the next minute's look
    // at the alarms and the metrics sees what this one would have seen
    // (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
    new lambda.FunctionEventInvokeConfig(
      `${name}-events`,
      { functionName: breaker.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: TICK_MINUTES * 60 },
      { parent: this },
    );
    const permission = new lambda.Permission(
      `${name}-permission`,
      {
        statementId: "AlarmsOpenTheCircuit",
        action: "lambda:InvokeFunction",
        function: breaker.name,
        principal: "sns.amazonaws.com",
        // The ARN names the account too; SNS's calls are not known to carry a source account [?].
        sourceArn: this.topic.arn,
      },
      { parent: this },
    );
    new sns.TopicSubscription(
      `${name}-subscription`,
      { topic: this.topic.arn, protocol: "lambda", endpoint: breaker.arn },
      { parent: this, dependsOn: [permission] },
    );
    new RateSchedule(
      `${name}-schedule`,
      {
        scheduleName: names.breakerSchedule,
        roleName: names.breakerScheduleRole,
        description: "Has the circuit breaker look around",
        everyMinutes: TICK_MINUTES,
        target: { arn: breaker.arn, action: "lambda:InvokeFunction" },
        input: RECONCILE,
        placement,
      },
      { parent: this },
    );
  }
}

function permissions(
  { names, placement, processor, alertTopic, keys }: BreakerArgs,
  table: dynamodb.Table,
): PolicyStatement[] {
  const { account, region } = placement;
  return [
    {
      // A mapping has a number of its own for its name, so that its function is what tells it from others
      // (https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html).
      Sid: "SwitchMappings",
      Effect: "Allow",
      Action: ["lambda:UpdateEventSourceMapping", "lambda:GetEventSourceMapping"],
      Resource: pulumi.interpolate`arn:aws:lambda:${region}:${account}:event-source-mapping:*`,
      Condition: { ArnEquals: { "lambda:FunctionArn": processor.arn } },
    },
    {
      // Neither has a resource to narrow this to:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
      Sid: "LookAround",
      Effect: "Allow",
      Action: ["lambda:ListEventSourceMappings", "cloudwatch:GetMetricData"],
      Resource: "*",
    },
    {
      // Of every alarm, even where the call names some: that is how CloudWatch asks [?].
      Sid: "ReadAlarms",
      Effect: "Allow",
      Action: "cloudwatch:DescribeAlarms",
      Resource: pulumi.interpolate`arn:aws:cloudwatch:${region}:${account}:alarm:*`,
    },
    { Sid: "Remember", Effect: "Allow", Action: TABLE_ACTIONS, Resource: table.arn },
    {
      Sid: "MeasureBacklog",
      Effect: "Allow",
      Action: "sqs:GetQueueAttributes",
      Resource: topicQueueArns(names, placement),
    },
    { Sid: "TellPeople", Effect: "Allow", Action: "sns:Publish", Resource: alertTopic.arn },
    keyUse({ sid: "TableKey", key: keys.data, actions: DECRYPT, via: ["dynamodb"] }, placement),
    keyUse(
      { sid: "NotificationsKey", key: keys.notifications, actions: PUBLISHER_KEY_ACTIONS, via: ["sns"] },
      placement,
    ),
  ];
}
