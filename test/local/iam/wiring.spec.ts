import assert from "node:assert/strict";
import type { GraphResource } from "../../../local/graph/types.ts";
import { principalName } from "../../../local/iam/principal.ts";
import { wiredCalls } from "../../../local/iam/wiring.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION } from "./stacks.ts";

type Part = Pick<GraphResource, "type" | "name" | "inputs">;

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/role`;
const session = (name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/role/${name}`;

/** As `who action resource`, without the context. */
function told(...parts: Part[]): string[] {
  return wiredCalls(graphOf(parts)).map(
    ({ principal, action, resource }) => `${principalName(principal)} ${action} ${resource}`,
  );
}

function contextOf(part: Part, action: string): Record<string, unknown> {
  const call = wiredCalls(graphOf([part])).find((one) => one.action === action);
  return { ...(call ?? assert.fail(action)).context };
}

const reads: Part = { type: "aws:lambda/function:Function", name: "reads", inputs: { name: "reads", role: roleArn } };

describe("what services do among themselves", () => {
  it("of a function: Lambda takes its role, and writes its logs; more where it is traced, and in a VPC", () => {
    const logs = arn(
      "logs",
      "log-group:/aws/lambda/reads:log-stream:2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    );
    const plain = [
      `lambda.amazonaws.com sts:AssumeRole ${roleArn}`,
      `${session("reads")} logs:CreateLogStream ${logs}`,
      `${session("reads")} logs:PutLogEvents ${logs}`,
    ];
    assert.deepEqual(told(reads), plain);
    const inputs = { ...reads.inputs, tracingConfig: { mode: "Active" }, vpcConfig: { subnetIds: ["subnet-1"] } };
    const more = told({ ...reads, inputs }).slice(plain.length);
    assert.deepEqual(
      more.map((line) => line.split(" ")[1]),
      [
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
      ],
    );
  });

  it("of a mapping: Lambda polls with the function's role, and tells of what it gave up", () => {
    const mapping = (eventSourceArn: string, destinationConfig?: object): Part => ({
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      inputs: { functionName: "reads", eventSourceArn, destinationConfig },
    });
    const onFailure = { destinationArn: arn("sqs", "failures") };
    const queue = told(reads, mapping(arn("sqs", "orders"))).slice(3);
    assert.deepEqual(
      queue,
      ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map(
        (action) => `${session("reads")} sqs:${action} ${arn("sqs", "orders")}`,
      ),
    );
    const stream = told(reads, mapping(arn("dynamodb", "table/t/stream/s"), { onFailure })).slice(3);
    assert.deepEqual(
      stream.map((line) => line.split(" ")[1]),
      ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
        .map((name) => `dynamodb:${name}`)
        .concat("sqs:SendMessage"),
    );
  });

  it("of an alarm, a subscription, a notification and access logs: each in its own name, for its source", () => {
    const topic = arn("sns", "alerts");
    const alarm: Part = {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: "alarm",
      inputs: { name: "alarm", alarmActions: [topic], okActions: [topic, arn("ssm", "x")] },
    };
    assert.deepEqual(told(alarm), [`cloudwatch.amazonaws.com sns:Publish ${topic}`]);
    assert.deepEqual(contextOf(alarm, "sns:Publish"), {
      "aws:sourcearn": arn("cloudwatch", "alarm:alarm"),
      "aws:sourceaccount": ACCOUNT,
    });
    const subscription = (protocol: string, endpoint: string): Part => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "subscription",
      inputs: { topic, protocol, endpoint },
    });
    const functionArn = arn("lambda", "function:reads");
    assert.deepEqual(told(reads, subscription("lambda", functionArn)).slice(3), [
      `sns.amazonaws.com lambda:InvokeFunction ${functionArn}`,
    ]);
    assert.deepEqual(told(subscription("sqs", arn("sqs", "q"))), [
      `sns.amazonaws.com sqs:SendMessage ${arn("sqs", "q")}`,
    ]);
    assert.deepEqual(told(subscription("email", "a@b.example")), []);
    const notification: Part = {
      type: "aws:s3/bucketNotification:BucketNotification",
      name: "n",
      inputs: { bucket: "errors", queues: [{ queueArn: arn("sqs", "q") }] },
    };
    assert.deepEqual(told(notification), [`s3.amazonaws.com sqs:SendMessage ${arn("sqs", "q")}`]);
    assert.equal(contextOf(notification, "sqs:SendMessage")["aws:sourcearn"], "arn:aws:s3:::errors");
    const logging: Part = {
      type: "aws:s3/bucketLogging:BucketLogging",
      name: "l",
      inputs: { bucket: "lake", targetBucket: "access", targetPrefix: "lake/" },
    };
    assert.deepEqual(told(logging), ["logging.s3.amazonaws.com s3:PutObject arn:aws:s3:::access/lake/file"]);
  });

  it("of a schedule: Scheduler takes the role and calls its target", () => {
    const schedule = (target: string): Part => ({
      type: "aws:scheduler/schedule:Schedule",
      name: "s",
      inputs: { name: "s", target: { arn: target, roleArn } },
    });
    const machine = arn("states", "stateMachine:m");
    assert.deepEqual(told(schedule(machine)), [
      `scheduler.amazonaws.com sts:AssumeRole ${roleArn}`,
      `${session("s")} states:StartExecution ${machine}`,
    ]);
    assert.equal(
      contextOf(schedule("f"), "sts:AssumeRole")["aws:sourcearn"],
      arn("scheduler", "schedule-group/default"),
    );
    assert.equal(told(schedule("f"))[1], `${session("s")} lambda:InvokeFunction f`);
  });

  it("of a state machine: its logs, its traces, and the executions of a distributed map", () => {
    const machine = (more: object): Part => ({
      type: "aws:sfn/stateMachine:StateMachine",
      name: "m",
      inputs: { name: "m", roleArn, definition: "{}", ...more },
    });
    assert.deepEqual(told(machine({})), [`states.amazonaws.com sts:AssumeRole ${roleArn}`]);
    const all = told(
      machine({
        definition: '{"Mode": "DISTRIBUTED"}',
        loggingConfiguration: { level: "ERROR", logDestination: "arn:log:*" },
        tracingConfiguration: { enabled: true },
      }),
    );
    for (const expected of [
      `${session("m")} logs:CreateLogDelivery *`,
      `${session("m")} logs:PutLogEvents arn:log:log-stream:states`,
      `${session("m")} xray:GetSamplingRules *`,
      `${session("m")} states:StartExecution ${arn("states", "stateMachine:m")}`,
      `${session("m")} states:StopExecution ${arn("states", "execution:m/child")}`,
    ]) {
      assert.ok(all.includes(expected), expected);
    }
  });

  it("of an encrypted log group, of flow logs, and of a key, whose policy must be the account's to change", () => {
    const group: Part = { type: "aws:cloudwatch/logGroup:LogGroup", name: "g", inputs: { name: "g", kmsKeyId: "key" } };
    assert.deepEqual(contextOf(group, "kms:Encrypt"), {
      "kms:encryptioncontext:aws:logs:arn": arn("logs", "log-group:g"),
      "aws:sourceaccount": ACCOUNT,
    });
    assert.deepEqual(told({ ...group, inputs: { name: "g" } }), []);
    const flow: Part = {
      type: "aws:ec2/flowLog:FlowLog",
      name: "f",
      inputs: { iamRoleArn: roleArn, logDestination: "d" },
    };
    assert.ok(told(flow).includes(`vpc-flow-logs.amazonaws.com sts:AssumeRole ${roleArn}`));
    const key: Part = { type: "aws:kms/key:Key", name: "k", inputs: {} };
    assert.match(told(key).join(), /user\/operator kms:PutKeyPolicy arn:aws:kms:/);
  });
});
