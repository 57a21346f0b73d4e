import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HardenedFunction, type HardenedFunctionArgs } from "../../components/hardened-function.ts";
import { inputsOf, namesByType, registrations } from "../support/mocks.ts";
import { FUNCTION_DEFAULTS, KEYS } from "../support/security.ts";

const FUNCTION = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

const args: HardenedFunctionArgs = {
  functionName: "lean-ops-test-worker",
  description: "Works",
  code: { "index.mjs": "export const handler = () => {};", "data.json": "{}" },
  timeoutSeconds: 30,
  memoryMb: 512,
  environment: { COLOUR: "blue" },
  statements: [{ Sid: "Own", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:::one" }],
  ...FUNCTION_DEFAULTS,
};

function make(more: Partial<HardenedFunctionArgs> = {}, preview = false) {
  return registrations(() => new HardenedFunction("worker", { ...args, ...more }), { preview });
}

describe("HardenedFunction", () => {
  it("makes a function with a role and a log group of its own, and nothing else", async () => {
    assert.deepEqual(namesByType(await make()), {
      [LOG_GROUP]: ["worker-logs"],
      [ROLE]: ["worker-role"],
      [ROLE_POLICY]: ["worker-policy"],
      [FUNCTION]: ["worker-function"],
      "lean-ops:index:HardenedFunction": ["worker"],
    });
  });

  it("sets everything that AWS would otherwise choose", async () => {
    const { code: _, ...inputs } = inputsOf(await make(), FUNCTION)["worker-function"] ?? {};
    assert.deepEqual(inputs, {
      name: "lean-ops-test-worker",
      description: "Works",
      role: "arn:aws:iam::123456789012:role/lean-ops-test-worker",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      timeout: 30,
      memorySize: 512,
      environment: { variables: { COLOUR: "blue" } },
      kmsKeyArn: KEYS.operations,
      vpcConfig: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
      tracingConfig: { mode: "Active" },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: "/aws/lambda/lean-ops-test-worker",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
      },
    });
  });

  it("reserves concurrency where it is asked to, a reservation of none included", async () => {
    for (const reservedConcurrency of [150, 0]) {
      const inputs = inputsOf(await make({ reservedConcurrency }), FUNCTION)["worker-function"];
      assert.equal(inputs?.reservedConcurrentExecutions, reservedConcurrency);
    }
  });

  it("deploys the files that it is given", async () => {
    const { code } = inputsOf(await make(), FUNCTION)["worker-function"] ?? {};
    assert(code instanceof pulumi.asset.AssetArchive);
    const texts = Object.entries(await code.assets).map(async ([path, asset]) => {
      assert(asset instanceof pulumi.asset.StringAsset, path);
      return [path, await asset.text];
    });
    assert.deepEqual(Object.fromEntries(await Promise.all(texts)), args.code);
  });

  it("keeps its logs for as long as it is told", async () => {
    assert.deepEqual(inputsOf(await make(), LOG_GROUP)["worker-logs"], {
      name: "/aws/lambda/lean-ops-test-worker",
      retentionInDays: 7,
      kmsKeyId: KEYS.operations,
    });
  });

  it("is trusted to Lambda alone", async () => {
    const inputs = inputsOf(await make(), ROLE)["worker-role"];
    assert.deepEqual(
      { ...inputs, assumeRolePolicy: JSON.parse(inputs?.assumeRolePolicy) },
      {
        name: "lean-ops-test-worker",
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
      },
    );
  });

  it("may write its own logs, trace, have Lambda place it in the VPC, and do what it is given, and no more", async () => {
    const inputs = inputsOf(await make(), ROLE_POLICY)["worker-policy"];
    assert.deepEqual(
      { ...inputs, policy: JSON.parse(inputs?.policy) },
      {
        name: "lean-ops-test-worker",
        role: "lean-ops-test-worker",
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "OwnLogs",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/lean-ops-test-worker:*",
            },
            {
              Sid: "Traces",
              Effect: "Allow",
              Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
              Resource: "*",
            },
            {
              Sid: "FindNetworkInterfaces",
              Effect: "Allow",
              Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
              Resource: "*",
            },
            {
              Sid: "MakeNetworkInterfaces",
              Effect: "Allow",
              Action: [
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:UnassignPrivateIpAddresses",
              ],
              Resource: "arn:aws:ec2:eu-west-1:123456789012:*/*",
            },
            {
              Sid: "NoNetworkInterfacesByCode",
              Effect: "Deny",
              Action: [
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:UnassignPrivateIpAddresses",
                "ec2:DetachNetworkInterface",
              ],
              Resource: "*",
              Condition: {
                ArnEquals: {
                  "lambda:SourceFunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-worker",
                },
              },
            },
            { Sid: "Own", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:::one" },
          ],
        },
      },
    );
  });

  it("knows its name and code in a preview, though not its policy", async () => {
    const found = await make({}, true);
    assert.equal(inputsOf(found, FUNCTION)["worker-function"]?.name, "lean-ops-test-worker");
    assert(inputsOf(found, FUNCTION)["worker-function"]?.code instanceof pulumi.asset.AssetArchive);
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["worker-policy"]?.policy));
  });
});
