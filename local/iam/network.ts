import { refuseAll } from "../graph/inputs.ts";
import { prefixListId } from "../graph/outputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { Call } from "./call.ts";
import { problemsOf } from "./document-place.ts";

const FUNCTION = "aws:lambda/function:Function";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const VPC = "awsx:ec2:Vpc";

/** What of a network the local cloud reads, or what changes nothing about who reaches what. */
const KNOWN = new Set([
  ENDPOINT,
  GROUP,
  EGRESS,
  INGRESS,
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
]);

/** A service's name in PrivateLink where it is not the prefix of its actions: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const PRIVATE_NAMES: Readonly<Record<string, string>> = { firehose: "kinesis-firehose", cloudwatch: "monitoring" };

const HTTPS = 443;

/** Something in the network that a call needs on its way. */
export interface Rule {
  urn: string;
  /** Its own name in the program. */
  name: string;
}

/** How a call gets to its service, or why it does not. */
export interface Way {
  /** Undefined: it gets there. */
  problem?: string;
  /** What would let it through. */
  remedy: string;
  /** Of the endpoint that it passes; undefined: it does not come out of a VPC. */
  endpointArn?: string;
  endpointId?: string;
  vpcId?: string;
  rules: readonly Rule[];
}

export interface Network {
  way(call: Pick<Call, "from" | "action">): Way;
}

const OUTSIDE: Way = { remedy: "", rules: [] };

/** Where a function's calls come from. */
interface Place {
  subnetIds: readonly string[];
  groupIds: readonly string[];
}

/**
 * How functions reach services
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html): a function that is attached to subnets
 * from which nothing leads out reaches those services alone that have an endpoint in its VPC, a gateway by a route of
 * each subnet (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html), any other by its private name
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html); and where its security group lets
 * it out to there, and the endpoint's lets it in.
 *
 * Of a VPC that is not of the stack nobody here knows the routes, and which table a subnet has. What the stack makes in it
 * is judged all the same: its endpoints, or, where the VPC has its own, the rules that let the functions out to them.
 *
 * @throws ResourceError for parts of a network that nobody here would heed.
 */
export function networkOf(graph: StackGraph): Network {
  const problems: string[] = [];
  for (const resource of graph.resources) refuseUnknown(resource, problems);
  refuseAll(problems);
  const places = new Map(ofType(graph, FUNCTION).map((resource) => [String(resource.state.arn), placeOf(resource)]));
  const ways = new Map<string, Way>();
  return {
    way({ from, action }) {
      const place = from === undefined ? undefined : places.get(from);
      if (place === undefined || place.subnetIds.length === 0) return OUTSIDE;
      const service = action.slice(0, action.indexOf(":"));
      const key = `${from} ${service}`;
      const way = ways.get(key) ?? findWay(graph, place, PRIVATE_NAMES[service] ?? service);
      ways.set(key, way);
      return way;
    },
  };
}

function refuseUnknown(resource: GraphResource, problems: string[]): void {
  const { type, inputs } = resource;
  const refuse = problemsOf(resource, problems);
  if (/^aws:(ec2|vpc)\//.test(type) && !KNOWN.has(type)) refuse("", "not known to the local cloud");
  if (type === GROUP && (inputs.ingress ?? inputs.egress) !== undefined) {
    refuse("", "rules inside a group are not read here: make each a resource of its own");
  }
  if ((type === EGRESS || type === INGRESS) && (inputs.cidrIpv4 ?? inputs.cidrIpv6) !== undefined) {
    refuse("", "ranges of addresses are not judged here: name a group or a prefix list");
  }
}

function placeOf({ inputs }: GraphResource): Place {
  const { subnetIds, securityGroupIds } = (inputs.vpcConfig ?? {}) as Record<string, unknown>;
  return { subnetIds: texts(subnetIds), groupIds: texts(securityGroupIds) };
}

function findWay(graph: StackGraph, place: Place, service: string): Way {
  const vpc = ofType(graph, VPC).find(({ state }) =>
    place.subnetIds.every((id) => texts(state.isolatedSubnetIds).includes(id)),
  );
  const vpcId = vpc === undefined ? givenVpcOf(graph, place) : String(vpc.state.vpcId);
  if (vpcId === undefined) return OUTSIDE;
  const serviceName = `com.amazonaws.${graph.region}.${service}`;
  const endpoints = ofType(graph, ENDPOINT).filter(({ inputs }) => inputs.vpcId === vpcId);
  const endpoint = endpoints.find(({ inputs }) => inputs.serviceName === serviceName);
  if (vpc === undefined && endpoints.length === 0) return toGivenEndpoint(graph, place, serviceName);
  if (endpoint === undefined) {
    return blocked(`the VPC has no endpoint for ${serviceName}`, `a VPC endpoint for ${serviceName}`);
  }
  const passed = { endpointArn: String(endpoint.state.arn), endpointId: String(endpoint.state.id), vpcId };
  const through = [ruleOf(endpoint)];
  return endpoint.inputs.vpcEndpointType === "Gateway"
    ? byGateway(graph, { place, vpc, endpoint, passed, through })
    : byInterface(graph, { place, vpc, endpoint, passed, through });
}

/** The VPC of the functions' security group, where the stack makes the group and not the VPC. */
function givenVpcOf(graph: StackGraph, { groupIds }: Place): string | undefined {
  const group = ofType(graph, GROUP).find(({ state }) => groupIds.includes(String(state.id)));
  return group && String(group.inputs.vpcId);
}

/** An endpoint that a given VPC has already, as far as the function's own rules let it out to there. */
function toGivenEndpoint(graph: StackGraph, { groupIds }: Place, serviceName: string): Way {
  const isGateway = GATEWAY_SERVICES.test(serviceName);
  const rule = ofType(graph, EGRESS).find(
    ({ inputs }) =>
      groupIds.includes(String(inputs.securityGroupId)) &&
      admitsHttps(inputs) &&
      (isGateway ? inputs.prefixListId === prefixListId(serviceName) : inputs.referencedSecurityGroupId !== undefined),
  );
  if (rule !== undefined) return { remedy: "", rules: [ruleOf(rule)] };
  const target = isGateway ? "prefix list" : "endpoints' security group";
  return blocked(
    `no rule of the function's security group lets it out to ${serviceName}`,
    `an egress rule for TCP 443 to the ${target} of ${serviceName}`,
  );
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const GATEWAY_SERVICES = /\.(s3|dynamodb)$/;

interface Passage {
  place: Place;
  /** Undefined where it is a given one. */
  vpc: GraphResource | undefined;
  endpoint: GraphResource;
  passed: Pick<Way, "endpointArn" | "endpointId" | "vpcId">;
  through: readonly Rule[];
}

function byGateway(graph: StackGraph, { place, vpc, endpoint, passed, through }: Passage): Way {
  const tables = texts(endpoint.inputs.routeTableIds);
  if (tables.length === 0) {
    return blocked(`the gateway ${endpoint.name} has no route`, "its routeTableIds need the subnets' route tables");
  }
  const associations = objects(vpc?.state.routeTableAssociations);
  // Which table a given VPC's subnet has is not known.
  for (const subnetId of vpc === undefined ? [] : place.subnetIds) {
    const table = associations.find((association) => association.subnetId === subnetId)?.routeTableId;
    if (table === undefined || !tables.includes(String(table))) {
      const missing = `${String(table)}, the route table of ${subnetId}`;
      return blocked(`the gateway ${endpoint.name} has no route in ${missing}`, `its routeTableIds need ${missing}`);
    }
  }
  const rule = egressTo(graph, place, "prefixListId", [String(endpoint.state.prefixListId)]);
  if (rule === undefined) return noEgress(endpoint, "prefix list");
  return { ...passed, remedy: "", rules: [...through, rule] };
}

function byInterface(graph: StackGraph, { place, endpoint, passed, through }: Passage): Way {
  const { subnetIds, securityGroupIds, privateDnsEnabled } = endpoint.inputs;
  if (texts(subnetIds).length === 0) return blocked(`the endpoint ${endpoint.name} is in no subnet`, "its subnetIds");
  if (privateDnsEnabled !== true) {
    return blocked(`the service's name does not lead to ${endpoint.name}`, "its privateDnsEnabled must be true");
  }
  const groups = texts(securityGroupIds);
  const out = egressTo(graph, place, "referencedSecurityGroupId", groups);
  if (out === undefined) return noEgress(endpoint, "security group");
  const into = ofType(graph, INGRESS).find(
    ({ inputs }) =>
      groups.includes(String(inputs.securityGroupId)) &&
      place.groupIds.includes(String(inputs.referencedSecurityGroupId)) &&
      admitsHttps(inputs),
  );
  if (into === undefined) {
    return blocked(
      `no rule of ${endpoint.name}'s security group lets the function's in`,
      "an ingress rule for TCP 443 from the function's security group",
    );
  }
  return { ...passed, remedy: "", rules: [...through, ruleOf(out.resource), ruleOf(into)] };
}

function egressTo(
  graph: StackGraph,
  { groupIds }: Place,
  named: "prefixListId" | "referencedSecurityGroupId",
  targets: readonly string[],
): (Rule & { resource: GraphResource }) | undefined {
  const found = ofType(graph, EGRESS).find(
    ({ inputs }) =>
      groupIds.includes(String(inputs.securityGroupId)) &&
      targets.includes(String(inputs[named])) &&
      admitsHttps(inputs),
  );
  return found && { ...ruleOf(found), resource: found };
}

function noEgress({ name }: GraphResource, what: string): Way {
  return blocked(
    `no rule of the function's security group lets it out to ${name}`,
    `an egress rule for TCP 443 to the ${what} of ${name}`,
  );
}

function admitsHttps({ ipProtocol, fromPort, toPort }: GraphResource["inputs"]): boolean {
  return ipProtocol === "-1" || (ipProtocol === "tcp" && Number(fromPort) <= HTTPS && Number(toPort) >= HTTPS);
}

function blocked(problem: string, remedy: string): Way {
  return { problem, remedy, rules: [] };
}

function ruleOf({ urn, name }: GraphResource): Rule {
  return { urn, name };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
