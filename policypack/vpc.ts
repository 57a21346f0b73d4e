import { some, statementsOf } from "./core/document.ts";
import type { Input } from "./core/input.ts";
import { resourcePolicy, stackPolicy } from "./core/policy.ts";
import type { Resource, Stack } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import {
  AWSX_VPC,
  DEFAULT_SECURITY_GROUP,
  EGRESS_RULE,
  FLOW_LOG,
  FUNCTION,
  INGRESS_RULE,
  NAT_GATEWAY,
  NETWORK_ACL,
  NETWORK_ACL_RULE,
  ROLE,
  ROLE_POLICY,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SUBNET,
  VPC,
  VPC_ENDPOINT,
} from "./core/types.ts";

const GROUPS_PAGE = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html";
const EVERYWHERE = ["0.0.0.0/0", "::/0"];

export const noOpenIngress = resourcePolicy({
  name: "vpc-no-open-ingress",
  type: [SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE],
  description: "No security group lets everybody in.",
  level: "mandatory",
  severity: "critical",
  reason: "What listens behind it is on the internet as soon as there is a route.",
  fix: "Name a security group, a prefix list or the VPC's own range.",
  url: GROUPS_PAGE,
  peers: { cdkNag: ["EC23"], checkov: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"] },
  check: (resource, { expect }) => expect(resource, not(isOpen(resource, "ingress")), "lets everybody in"),
});

export const noOpenEgress = resourcePolicy({
  name: "vpc-no-open-egress",
  type: [SECURITY_GROUP, SECURITY_GROUP_RULE, EGRESS_RULE],
  description: "No security group lets everything out.",
  level: "mandatory",
  severity: "medium",
  reason: "An intruder in a function could otherwise send the data anywhere.",
  fix: "Name the endpoints' security group or prefix list, and port 443.",
  url: GROUPS_PAGE,
  peers: { checkov: ["CKV_AWS_382"] },
  check: (resource, { expect }) => expect(resource, not(isOpen(resource, "egress")), "lets everything out"),
});

export const groupDescribed = resourcePolicy({
  name: "vpc-security-group-described",
  type: [SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE],
  description: "A security group, and each rule, says what it is for.",
  level: "advisory",
  severity: "low",
  reason: "Nobody dares to remove a rule of which nobody knows the purpose.",
  fix: "Set description.",
  url: GROUPS_PAGE,
  peers: { cdkNag: ["EC27"], checkov: ["CKV_AWS_23"] },
  check(resource, { expect }) {
    const description = resource.at("description");
    expect(
      resource,
      all(description.isSet, not(description.is("Managed by Pulumi", "Managed by Terraform"))),
      "has no description",
    );
    for (const direction of ["ingress", "egress"]) {
      if (resource.type !== SECURITY_GROUP) continue;
      const isSilent = some(resource.at(direction).items, (rule) => rule.at("description").isAbsent);
      expect(resource, not(isSilent), `has an ${direction} rule without a description`);
    }
  },
});

export const defaultGroupClosed = stackPolicy({
  name: "vpc-default-group-closed",
  description: "The default security group of a VPC lets nothing through.",
  level: "advisory",
  severity: "medium",
  reason: "Whatever is made without a group gets this one.",
  fix: "Add a DefaultSecurityGroup without ingress and egress.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
  peers: { checkov: ["CKV2_AWS_12"] },
  check(stack, { expect }) {
    const groups = stack.attached(DEFAULT_SECURITY_GROUP, "vpcId", VPC, AWSX_VPC);
    for (const [vpc, ...parts] of networks(stack)) {
      const own = [vpc, ...parts].flatMap((part) => groups.get(part) ?? []);
      const isClosed = own.map((group) =>
        all(
          not(some(group.at("ingress").items, (one) => one.isSet)),
          not(some(group.at("egress").items, (one) => one.isSet)),
        ),
      );
      expect(vpc, any(groups.open ?? false, ...isClosed), "has a default security group that lets traffic through");
    }
  },
});

export const flowLogs = stackPolicy({
  name: "vpc-flow-logs",
  description: "A VPC logs its traffic.",
  level: "mandatory",
  severity: "medium",
  reason: "After an incident the log is what tells who talked to whom; and what a security group refused.",
  fix: "Add a FlowLog with the VPC's id.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
  peers: { cdkNag: ["VPC7"], checkov: ["CKV2_AWS_11"] },
  check(stack, { expect }) {
    const logs = stack.attached(FLOW_LOG, "vpcId", VPC, AWSX_VPC);
    for (const [vpc, ...parts] of networks(stack)) {
      expect(vpc, any(...[vpc, ...parts].map((part) => logs.isAttached(part))), "does not log its traffic");
    }
  },
});

export const noPublicAddresses = resourcePolicy({
  name: "vpc-no-public-addresses",
  type: SUBNET,
  description: "A subnet gives no public addresses.",
  level: "mandatory",
  severity: "medium",
  reason: "What has a public address can be reached from the internet.",
  fix: "Leave mapPublicIpOnLaunch out.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",
  peers: { checkov: ["CKV_AWS_130"] },
  check: (subnet, { expect }) =>
    expect(subnet, not(subnet.at("mapPublicIpOnLaunch").is(true)), "gives public addresses"),
});

export const noNetworkAcls = resourcePolicy({
  name: "vpc-no-network-acls",
  type: [NETWORK_ACL, NETWORK_ACL_RULE],
  description: "Security groups, and not network ACLs, say who may talk to whom.",
  level: "advisory",
  severity: "low",
  reason: "ACLs know no connections: each rule needs a second one for the answers, which is easily got wrong.",
  fix: "Use security groups.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
  peers: { cdkNag: ["VPC3"] },
  check: (acl, { expect }) => expect(acl, false, "is a network ACL"),
});

/**
 * Services that Lambda itself calls for a function, from its own network: logs and traces, network interfaces, and the
 * keys of what a service encrypts on its side.
 */
const CALLED_BY_OTHERS = new Set(["logs", "xray", "ec2", "kms"]);

/** What Lambda's pollers do in the function's name. */
const POLLING =
  /^(sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)|dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams))$/;

/** The end of an endpoint's service name, where it is not the prefix of the actions. */
const ENDPOINTS: Readonly<Record<string, string>> = { cloudwatch: "monitoring", firehose: "kinesis-firehose" };

export const functionEndpoints = stackPolicy({
  name: "vpc-function-endpoints",
  description: "A function in a VPC has an endpoint for each service that its role lets it call.",
  level: "mandatory",
  severity: "high",
  reason: "From a subnet without a way out every call hangs until the time-out, although its permission is there.",
  fix: "Add a VpcEndpoint for the service, or remove the permission if it is not used.",
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
  check(stack, { expect }) {
    const hasWayOut = stack.ofType(NAT_GATEWAY).length > 0;
    const endpoints = stack.ofType(VPC_ENDPOINT).map((endpoint) => endpoint.at("serviceName"));
    const policies = stack.attached(ROLE_POLICY, "role", ROLE);
    for (const fn of stack.ofType(FUNCTION)) {
      const vpc = fn.at("vpcConfig", "subnetIds");
      if (vpc.isAbsent || hasWayOut) continue;
      const role = stack.find(fn, "role", fn.at("role"), ROLE);
      if (role === undefined) continue;
      const services = role instanceof Unknown ? role : (policies.open ?? servicesOf(policies.get(role) ?? []));
      if (services instanceof Unknown) {
        expect(fn, services, "");
        continue;
      }
      for (const service of services) {
        const isThere = any(...endpoints.map((name) => endpointServes(name, service)));
        // The network of somebody else's stack may have one.
        const known = endpoints.length === 0 && !isFromStack(stack, fn) ? vpc.unknown : isThere;
        expect(fn, known, `may call ${service}, for which the network has no endpoint`);
      }
    }
  },
});

function servicesOf(policies: readonly Resource[]): string[] | Unknown {
  const services = new Set<string>();
  for (const policy of policies) {
    const statements = statementsOf(policy.at("policy"));
    if (statements instanceof Unknown) return statements;
    for (const statement of statements) {
      const { actions } = statement;
      if (actions instanceof Unknown) return actions;
      if (statement.allows !== true) continue;
      for (const { text } of actions) {
        const service = typeof text === "string" ? (text.split(":")[0] ?? "") : "";
        if (/^[a-z0-9-]+$/.test(service) && !CALLED_BY_OTHERS.has(service) && !POLLING.test(String(text)))
          services.add(service);
      }
    }
  }
  return [...services];
}

function endpointServes(serviceName: Input, service: string): Truth {
  const name = ENDPOINTS[service] ?? service;
  return serviceName.matches((text) => text.endsWith(`.${name}`));
}

/** Each VPC; one that is in awsx's component by the component, followed by itself where it can be seen. */
function networks(stack: Stack): [Resource, ...Resource[]][] {
  const vpcs = stack.ofType(VPC);
  const components = stack.ofType(AWSX_VPC);
  return [
    // awsx gives both the same name.
    ...components.map((one): [Resource, ...Resource[]] => [one, ...vpcs.filter(({ name }) => name === one.name)]),
    ...vpcs.filter((vpc) => !isInComponent(vpc)).map((vpc): [Resource] => [vpc]),
  ];
}

/** A URN names the types of a resource's parents before its own. */
function isInComponent({ urn }: Resource): boolean {
  return urn.includes(`${AWSX_VPC}$`);
}

/** Whether the subnets of a function are made by its stack. */
function isFromStack(stack: Stack, fn: Resource): boolean {
  return fn.sources("vpcConfig").length > 0 || stack.ofType(VPC, SUBNET).length > 0;
}

function isOpen(resource: Resource, direction: "ingress" | "egress"): Truth {
  if (resource.type === SECURITY_GROUP) return some(resource.at(direction).items, isOpenRule);
  const isOther = resource.type === SECURITY_GROUP_RULE ? not(resource.at("type").is(direction)) : false;
  return all(not(isOther), isOpenRule(resource.inputs));
}

function isOpenRule(rule: Input): Truth {
  const lists = [rule.at("cidrBlocks"), rule.at("ipv6CidrBlocks")].map((list) =>
    some(list.items, (range) => range.is(...EVERYWHERE)),
  );
  return any(...lists, rule.at("cidrIpv4").is(...EVERYWHERE), rule.at("cidrIpv6").is(...EVERYWHERE));
}
