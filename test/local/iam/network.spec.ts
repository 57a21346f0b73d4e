import assert from "node:assert/strict";
import { prefixListId } from "../../../local/graph/outputs.ts";
import type { GraphResource } from "../../../local/graph/types.ts";
import { networkOf } from "../../../local/iam/network.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION } from "./stacks.ts";

type Part = Pick<GraphResource, "type" | "name" | "inputs">;

const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:reads`;
const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
const serviceName = (name: string) => `com.amazonaws.${REGION}.${name}`;

/** What the resources come to that others refer to. */
const stateOf = (part: Part) => graphOf([part]).resources[0]?.state ?? {};

const vpc: Part = { type: "awsx:ec2:Vpc", name: "vpc", inputs: { numberOfAvailabilityZones: 2 } };
const { vpcId, isolatedSubnetIds, routeTables } = stateOf(vpc) as {
  vpcId: string;
  isolatedSubnetIds: string[];
  routeTables: { id: string }[];
};

function group(name: string, vpc = vpcId): Part {
  return { type: "aws:ec2/securityGroup:SecurityGroup", name, inputs: { name, vpcId: vpc } };
}

const idOf = (name: string) => String(stateOf(group(name)).id);
const functions = idOf("functions");
const endpoints = idOf("endpoints");

function lambda(subnetIds: string[] = isolatedSubnetIds): Part {
  const vpcConfig = { subnetIds, securityGroupIds: [functions] };
  return { type: "aws:lambda/function:Function", name: "reads", inputs: { name: "reads", vpcConfig } };
}

function gateway(more: object = {}): Part {
  const inputs = {
    vpcId,
    serviceName: serviceName("s3"),
    vpcEndpointType: "Gateway",
    routeTableIds: routeTables.map(({ id }) => id),
    ...more,
  };
  return { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "s3", inputs };
}

function privateLink(more: object = {}): Part {
  const inputs = {
    vpcId,
    serviceName: serviceName("kinesis-firehose"),
    vpcEndpointType: "Interface",
    subnetIds: isolatedSubnetIds,
    securityGroupIds: [endpoints],
    privateDnsEnabled: true,
    ...more,
  };
  return { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "firehose", inputs };
}

function egress(name: string, more: object): Part {
  const inputs = { securityGroupId: functions, ...HTTPS, ...more };
  return { type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", name, inputs };
}

const toS3 = egress("to-s3", { prefixListId: prefixListId(serviceName("s3")) });
const toEndpoints = egress("to-endpoints", { referencedSecurityGroupId: endpoints });

function ingress(more: object = {}): Part {
  const inputs = { securityGroupId: endpoints, referencedSecurityGroupId: functions, ...HTTPS, ...more };
  return { type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: "from-functions", inputs };
}

/** How a call of the function gets to its service. */
function way(parts: Part[], action: string, from: string | undefined = FUNCTION_ARN) {
  return networkOf(graphOf([...parts, group("functions"), group("endpoints")])).way({ from, action });
}

describe("the network path of a function", () => {
  describe("in the stack's own VPC", () => {
    const whole = [vpc, lambda(), gateway(), privateLink(), toS3, toEndpoints, ingress()];
    const without = (...gone: Part[]) => whole.filter((part) => !gone.includes(part));
    const instead = (name: string, part: Part) => whole.map((one) => (one.name === name ? part : one));

    it("leads to a service by a gateway, a route and a rule", () => {
      const { problem, endpointId, vpcId: of, rules } = way(whole, "s3:GetObject");
      assert.equal(problem, undefined);
      assert.deepEqual([endpointId, of], [stateOf(gateway()).id, vpcId]);
      assert.deepEqual(
        rules.map(({ name }) => name),
        ["s3", "to-s3"],
      );
    });

    it("leads to a service by an interface, its name, a rule out and a rule in", () => {
      const { problem, rules } = way(whole, "firehose:PutRecordBatch");
      assert.equal(problem, undefined);
      assert.deepEqual(
        rules.map(({ name }) => name),
        ["firehose", "to-endpoints", "from-functions"],
      );
    });

    it("is nobody's who does not call from a VPC", () => {
      for (const from of [undefined, "arn:aws:lambda:eu-west-1:123456789012:function:other"]) {
        const { way: find } = networkOf(graphOf(whole));
        assert.deepEqual(find({ from, action: "sns:Publish" }), { remedy: "", rules: [] });
      }
    });

    for (const [what, parts, action, problem, remedy] of [
      [
        "no endpoint",
        without(...whole.filter(({ name }) => name === "firehose")),
        "firehose:PutRecordBatch",
        "the VPC has no endpoint for com.amazonaws.eu-west-1.kinesis-firehose",
        "a VPC endpoint for com.amazonaws.eu-west-1.kinesis-firehose",
      ],
      [
        "no endpoint of this service",
        whole,
        "cloudwatch:GetMetricData",
        "the VPC has no endpoint for com.amazonaws.eu-west-1.monitoring",
        "a VPC endpoint for com.amazonaws.eu-west-1.monitoring",
      ],
      [
        "no route in a subnet's table",
        instead("s3", gateway({ routeTableIds: [routeTables[0]?.id] })),
        "s3:GetObject",
        `the gateway s3 has no route in ${routeTables[1]?.id}, the route table of ${isolatedSubnetIds[1]}`,
        `its routeTableIds need ${routeTables[1]?.id}, the route table of ${isolatedSubnetIds[1]}`,
      ],
      [
        "no route at all",
        instead("s3", gateway({ routeTableIds: [] })),
        "s3:GetObject",
        "the gateway s3 has no route",
        "its routeTableIds need the subnets' route tables",
      ],
      [
        "no rule to the prefix list",
        without(toS3),
        "s3:GetObject",
        "no rule of the function's security group lets it out to s3",
        "an egress rule for TCP 443 to the prefix list of s3",
      ],
      [
        "a rule for another port",
        instead(
          "to-endpoints",
          egress("to-endpoints", { referencedSecurityGroupId: endpoints, toPort: 80, fromPort: 80 }),
        ),
        "firehose:PutRecordBatch",
        "no rule of the function's security group lets it out to firehose",
        "an egress rule for TCP 443 to the security group of firehose",
      ],
      [
        "no rule that lets it in",
        instead("from-functions", ingress({ referencedSecurityGroupId: endpoints })),
        "firehose:PutRecordBatch",
        "no rule of firehose's security group lets the function's in",
        "an ingress rule for TCP 443 from the function's security group",
      ],
      [
        "no private name",
        instead("firehose", privateLink({ privateDnsEnabled: false })),
        "firehose:PutRecordBatch",
        "the service's name does not lead to firehose",
        "its privateDnsEnabled must be true",
      ],
      [
        "an endpoint in no subnet",
        instead("firehose", privateLink({ subnetIds: [] })),
        "firehose:PutRecordBatch",
        "the endpoint firehose is in no subnet",
        "its subnetIds",
      ],
    ] as [string, Part[], string, string, string][]) {
      it(`ends where there is ${what}`, () => {
        const found = way(parts, action);
        assert.deepEqual([found.problem, found.remedy], [problem, remedy]);
      });
    }
  });

  describe("in a given VPC", () => {
    const GIVEN = "vpc-0123456789abcdef0";
    const subnets = ["subnet-0123456789abcdef0"];
    const given = (parts: Part[], action: string) =>
      networkOf(graphOf([lambda(subnets), group("functions", GIVEN), ...parts])).way({ from: FUNCTION_ARN, action });

    it("that has its endpoints is judged by the rules that let the function out", () => {
      const toTheirs = egress("to-theirs", { referencedSecurityGroupId: "sg-0123456789abcdef0" });
      assert.equal(given([toTheirs, toS3], "firehose:PutRecordBatch").problem, undefined);
      assert.equal(given([toTheirs, toS3], "s3:GetObject").problem, undefined);
      assert.equal(
        given([toTheirs], "s3:GetObject").problem,
        "no rule of the function's security group lets it out to com.amazonaws.eu-west-1.s3",
      );
      assert.equal(
        given([toS3], "sns:Publish").remedy,
        "an egress rule for TCP 443 to the endpoints' security group of com.amazonaws.eu-west-1.sns",
      );
    });

    it("in which the stack makes the endpoints is judged by all of them but the routes", () => {
      const made = [
        group("endpoints", GIVEN),
        gateway({ vpcId: GIVEN, routeTableIds: ["rtb-0123456789abcdef0"] }),
        privateLink({ vpcId: GIVEN, subnetIds: subnets }),
        toS3,
        toEndpoints,
      ];
      assert.equal(given([...made, ingress()], "firehose:PutRecordBatch").problem, undefined);
      assert.equal(given([...made, ingress()], "s3:GetObject").problem, undefined);
      assert.equal(
        given(made, "firehose:PutRecordBatch").problem,
        "no rule of firehose's security group lets the function's in",
      );
      assert.equal(
        given([...made, ingress()], "sns:Publish").problem,
        "the VPC has no endpoint for com.amazonaws.eu-west-1.sns",
      );
    });

    it("is not judged where the function's group is given too", () => {
      const graph = graphOf([lambda(subnets)]);
      assert.equal(networkOf(graph).way({ from: FUNCTION_ARN, action: "sns:Publish" }).problem, undefined);
    });
  });

  it("is not read from what nobody here would heed", () => {
    const nat: Part = { type: "aws:ec2/natGateway:NatGateway", name: "nat", inputs: {} };
    const open = { ...group("open"), inputs: { name: "open", egress: [{}] } };
    const range = egress("range", { cidrIpv4: "0.0.0.0/0" });
    assert.throws(() => networkOf(graphOf([nat, open, range])), {
      name: "ResourceError",
      message: [
        'aws:ec2/natGateway:NatGateway "nat": not known to the local cloud',
        'aws:ec2/securityGroup:SecurityGroup "open": rules inside a group are not read here: make each a resource of its own',
        'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule "range": ranges of addresses are not judged here: name a group or a prefix list',
      ].join("\n"),
    });
  });
});
