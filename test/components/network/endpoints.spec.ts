import assert from "node:assert/strict";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import { vpcEndpoints } from "../../../components/network/endpoints.ts";
import { namesFor } from "../../../settings/names.ts";
import { inputsOf, PLACEMENT, registrations } from "../../support/mocks.ts";

async function endpoints() {
  const args = {
    names: namesFor("lean-ops", "test"),
    placement: PLACEMENT,
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    routeTableIds: ["rtb-1", "rtb-2"],
    securityGroupId: "sg-1",
  };
  const found = await registrations(() => vpcEndpoints("net", args, new ec2.Vpc("parent")));
  return inputsOf(found, "aws:ec2/vpcEndpoint:VpcEndpoint");
}

describe("VPC endpoints", () => {
  it("answer to a service's own name in each subnet, and let through what the functions call, of their roles alone", async () => {
    const { policy, ...inputs } = (await endpoints())["net-sqs"] ?? {};
    assert.deepEqual(inputs, {
      vpcId: "vpc-1",
      serviceName: "com.amazonaws.eu-west-1.sqs",
      vpcEndpointType: "Interface",
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupIds: ["sg-1"],
      privateDnsEnabled: true,
      tags: { Name: "lean-ops-test-sqs" },
    });
    const role = "arn:aws:iam::123456789012:role/lean-ops-test";
    assert.deepEqual(JSON.parse(policy).Statement, [
      {
        Sid: "Functions",
        Effect: "Allow",
        Principal: "*",
        Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage"],
        Resource: ["arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-*"],
        Condition: {
          ArnEquals: {
            "aws:PrincipalArn": [
              `${role}-sqs-processor`,
              `${role}-error-sweep`,
              `${role}-replay`,
              `${role}-circuit-breaker`,
            ],
          },
        },
      },
    ]);
  });

  it("of S3 are a route of each subnet, to the stack's own buckets", async () => {
    const { policy, ...inputs } = (await endpoints())["net-s3"] ?? {};
    assert.deepEqual(inputs, {
      vpcId: "vpc-1",
      serviceName: "com.amazonaws.eu-west-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["rtb-1", "rtb-2"],
      tags: { Name: "lean-ops-test-s3" },
    });
    const [{ Action, Resource }] = JSON.parse(policy).Statement;
    assert.deepEqual(Action, ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]);
    assert.deepEqual(Resource, [
      "arn:aws:s3:::lean-ops-test-*-123456789012",
      "arn:aws:s3:::lean-ops-test-*-123456789012/*",
    ]);
  });
});
