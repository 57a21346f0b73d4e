import assert from "node:assert/strict";
import { Network, type NetworkArgs } from "../../components/network.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { KEYS } from "../support/security.ts";

const VPC = "awsx:ec2:Vpc";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";

type NetworkSettings = NetworkArgs["settings"]["network"];
const own: NetworkSettings = { cidr: "10.1.0.0/22", zones: 3 };
const existing = { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] };

function network(settings: NetworkSettings = own, preview = false) {
  const args = {
    names: namesFor("lean-ops", "test"),
    settings: { network: settings, logs: { retentionDays: 7 as const } },
    placement: PLACEMENT,
    key: KEYS.operations,
  };
  return registrations(() => new Network("network", args), { preview });
}

const services = ["glue", "kinesis-firehose", "lambda", "monitoring", "sns", "sqs"];
const gateways = ["dynamodb", "s3"];
const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

describe("Network", () => {
  it("makes a VPC with its endpoints, groups, rules and flow logs, and nothing that leads to the internet", async () => {
    const made = namesByType(await network());
    assert.deepEqual(Object.keys(made), [
      "aws:cloudwatch/logGroup:LogGroup",
      DEFAULT_GROUP,
      FLOW_LOG,
      GROUP,
      ENDPOINT,
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      EGRESS,
      INGRESS,
      VPC,
      "lean-ops:index:Network",
    ]);
    assert.deepEqual(made[ENDPOINT], [...gateways, ...services].map((service) => `network-${service}`).toSorted());
  });

  it("has isolated subnets alone, over the zones of the settings, which resolve the endpoints' names", async () => {
    assert.deepEqual(inputsOf(await network(), VPC).network, {
      cidrBlock: "10.1.0.0/22",
      numberOfAvailabilityZones: 3,
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated" }],
      natGateways: { strategy: "None" },
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: "lean-ops-test" },
    });
  });

  it("closes the VPC's default group", async () => {
    const { vpcId, ...rules } = inputsOf(await network(), DEFAULT_GROUP)["network-default"] ?? {};
    assert.match(vpcId, /^vpc-/);
    assert.deepEqual(rules, {});
  });

  it("lets the functions call endpoints by HTTPS and nothing else, and the endpoints hear the functions alone", async () => {
    const found = await network();
    const egress = inputsOf(found, EGRESS);
    assert.deepEqual(Object.keys(egress).toSorted(), ["network-to-dynamodb", "network-to-endpoints", "network-to-s3"]);
    const { securityGroupId: functions, referencedSecurityGroupId: endpoints } = egress["network-to-endpoints"] ?? {};
    assert.deepEqual([functions, endpoints], ["network-functions-id", "network-endpoints-id"]);
    for (const [name, { description, prefixListId, referencedSecurityGroupId, ...rule }] of Object.entries(egress)) {
      assert.deepEqual(rule, { ...https, securityGroupId: functions }, name);
      assert.match(description, /^HTTPS to /);
      assert.equal(prefixListId === undefined, name === "network-to-endpoints");
    }
    assert.notEqual(egress["network-to-s3"]?.prefixListId, egress["network-to-dynamodb"]?.prefixListId);
    assert.deepEqual(inputsOf(found, INGRESS), {
      "network-from-functions": {
        ...https,
        securityGroupId: endpoints,
        referencedSecurityGroupId: functions,
        description: "HTTPS from the functions",
      },
    });
    for (const group of Object.values(inputsOf(found, GROUP))) {
      assert.equal("ingress" in group || "egress" in group, false);
    }
  });

  it("writes down who called whom, encrypted, with a role of the VPC's own", async () => {
    const found = await network();
    const { vpcId, ...flowLog } = inputsOf(found, FLOW_LOG)["network-flow-logs"] ?? {};
    assert.match(vpcId, /^vpc-/);
    assert.deepEqual(flowLog, {
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc/lean-ops-test-flow-logs",
      iamRoleArn: "arn:aws:iam::123456789012:role/lean-ops-test-flow-logs",
      maxAggregationInterval: 600,
    });
    assert.deepEqual(inputsOf(found, "aws:cloudwatch/logGroup:LogGroup")["network-flow-logs"], {
      name: "/aws/vpc/lean-ops-test-flow-logs",
      retentionInDays: 7,
      kmsKeyId: KEYS.operations,
    });
    const role = inputsOf(found, "aws:iam/role:Role")["network-flow-logs-role"];
    assert.deepEqual(JSON.parse(role?.assumeRolePolicy).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
    const policy = inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["network-flow-logs-policy"];
    assert.deepEqual(JSON.parse(policy?.policy).Statement, [
      {
        Sid: "OwnLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc/lean-ops-test-flow-logs:*",
      },
      {
        Sid: "FindLogs",
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:*",
      },
    ]);
  });

  it("in a given VPC makes the endpoints, and leaves what belongs to the VPC alone", async () => {
    const found = await network({ ...own, existing: { ...existing, routeTableIds: ["rtb-0a1b2c3d"] } });
    assert.deepEqual(Object.keys(namesByType(found)), [GROUP, ENDPOINT, EGRESS, INGRESS, "lean-ops:index:Network"]);
    const { "network-s3": s3, "network-sqs": sqs } = inputsOf(found, ENDPOINT);
    assert.deepEqual(s3?.routeTableIds, ["rtb-0a1b2c3d"]);
    assert.deepEqual(sqs?.subnetIds, existing.subnetIds);
    assert.equal(sqs?.vpcId, existing.vpcId);
  });

  it("in a given VPC with endpoints makes nothing but the way from the functions to them", async () => {
    const found = await network({ ...own, existing: { ...existing, endpointSecurityGroupId: "sg-0a1b2c3d" } });
    assert.deepEqual(namesByType(found), {
      [GROUP]: ["network-functions"],
      [EGRESS]: ["network-to-dynamodb", "network-to-endpoints", "network-to-s3"],
      "lean-ops:index:Network": ["network"],
    });
    const rules = inputsOf(found, EGRESS);
    assert.equal(rules["network-to-endpoints"]?.referencedSecurityGroupId, "sg-0a1b2c3d");
    assert.equal(rules["network-to-s3"]?.prefixListId, "pl-of-com.amazonaws.eu-west-1.s3");
  });

  it("can be previewed", async () => {
    assert.equal(inputsOf(await network(own, true), ENDPOINT)["network-sqs"]?.privateDnsEnabled, true);
  });
});
