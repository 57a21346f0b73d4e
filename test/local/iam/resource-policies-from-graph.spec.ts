import assert from "node:assert/strict";
import { resourcePoliciesOf } from "../../../local/iam/resource-policies-from-graph.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION } from "./stacks.ts";

type Parts = Parameters<typeof graphOf>[0];

function policy(characters = 0): string {
  const statement = { Sid: "x".repeat(characters), Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

const queue = (text?: string) => ({
  type: "aws:sqs/queue:Queue",
  name: "orders",
  inputs: { name: "orders", policy: text },
});
const FUNCTION = { type: "aws:lambda/function:Function", name: "reads", inputs: { name: "reads" } };
const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;

function problems(...parts: Parts): string {
  try {
    resourcePoliciesOf(graphOf(parts));
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("a stack's resource-based policies", () => {
  it("are known by what they are about; a function's are its permissions, and a key has AWS's default", () => {
    const permission = {
      type: "aws:lambda/permission:Permission",
      name: "may",
      inputs: {
        function: "reads",
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: "arn:x",
      },
    };
    const key = { type: "aws:kms/key:Key", name: "key", inputs: {} };
    const policies = resourcePoliciesOf(graphOf([queue(policy()), FUNCTION, permission, key]));
    const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:reads`;
    assert.deepEqual([policies.get(QUEUE_ARN)?.length, policies.get(functionArn)?.length], [1, 1]);
    assert.deepEqual(
      [...policies].filter(([arn]) => arn.includes(":kms:")).map(([, [first]]) => first?.actions.texts),
      [["kms:*"]],
    );
  });

  for (const [what, parts, bytes] of [
    ["a queue's", [queue(policy(8_200))], 8_192],
    ["a topic's", [{ type: "aws:sns/topic:Topic", name: "t", inputs: { name: "t", policy: policy(31_000) } }], 30_720],
    [
      "a bucket's",
      [
        { type: "aws:s3/bucket:Bucket", name: "b", inputs: { bucket: "b" } },
        { type: "aws:s3/bucketPolicy:BucketPolicy", name: "b", inputs: { bucket: "b", policy: policy(21_000) } },
      ],
      20_480,
    ],
    ["a key's", [{ type: "aws:kms/key:Key", name: "k", inputs: { policy: policy(33_000) } }], 32_768],
    [
      "an endpoint's",
      [{ type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "e", inputs: { policy: policy(21_000) } }],
      20_480,
    ],
  ] as [string, Parts, number][]) {
    it(`are refused where ${what} is longer than AWS takes`, () => {
      assert.match(problems(...parts), new RegExp(`: policy: may have ${bytes} bytes, has \\d+$`));
    });
  }

  it("are refused where one would replace another, or is about nothing", () => {
    const other = { type: "aws:sqs/queuePolicy:QueuePolicy", name: "p", inputs: { queueUrl: "?", policy: policy() } };
    assert.match(problems(other), /"p": is about a resource that the stack does not have/);
    const url = graphOf([queue()]).resources[0]?.state.url;
    const again = { ...other, inputs: { ...other.inputs, queueUrl: url } };
    assert.match(problems(queue(policy()), again), /has a policy already; the one would replace the other/);
  });

  it("are refused where nobody here reads them", () => {
    const grant = { type: "aws:kms/grant:Grant", name: "g", inputs: {} };
    assert.match(problems(grant), /aws:kms\/grant:Grant "g": not known to the local cloud/);
    const permission = { type: "aws:lambda/permission:Permission", name: "may", inputs: { function: "nosuch" } };
    assert.match(problems(permission), /the stack has no such function/);
    const url = {
      type: "aws:lambda/permission:Permission",
      name: "may",
      inputs: { function: "reads", action: "a:b", principal: "*", functionUrlAuthType: "NONE" },
    };
    assert.match(problems(FUNCTION, url), /functionUrlAuthType: not known to the local cloud/);
  });
});
