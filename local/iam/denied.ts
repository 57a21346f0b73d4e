import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { Refusal, UnknownCaller } from "./access.ts";
import { OPERATOR_KEY } from "./access-keys.ts";
import type { AccessRequest } from "./document.ts";
import { wording } from "./evaluate.ts";
import { type Principal, principalName } from "./principal.ts";
import { producersOf } from "./producers.ts";

/** A refused call as a report has it. */
export interface DeniedCall {
  /** ARN of a session or a user, a service's name, or an access key that is nobody's. */
  caller: string;
  action: string;
  resource: string;
  /** AWS's own words, or what is in the network's way. */
  reason: string;
  /** What to add, and where. */
  remedy: string;
  /** File and line of the resource to change, and of the component that made it; absent where the stack has none. */
  source: string | undefined;
}

/** @param because URN of the resource whose set-up has the call made, where there is one. */
export function deniedCall(refusal: Refusal | UnknownCaller, graph: StackGraph, because?: string): DeniedCall {
  if (refusal.kind === "unknown caller") return unknownCall(refusal, graph);
  const { request } = refusal;
  const { principal, action, resource } = request;
  const { remedy, urn } = remedyOf(refusal, graph);
  const at = urn ?? because;
  return {
    caller: principalName(principal),
    action,
    resource,
    reason: refusal.kind === "network" ? refusal.problem : wording(request, refusal.reason),
    remedy,
    source: at === undefined ? undefined : sourceOf(at, graph),
  };
}

/** As every service words it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html */
export const UNKNOWN_KEY = "The security token included in the request is invalid.";

function unknownCall({ accessKeyId, action, resource }: UnknownCaller, graph: StackGraph): DeniedCall {
  const producers = producersOf(graph).map(({ accessKeyId: key }) => key);
  const remedy = `an access key that somebody has here: ${OPERATOR_KEY}, ${producers.join(", ")}, or a role's name`;
  return { caller: `access key ${accessKeyId}`, action, resource, reason: UNKNOWN_KEY, remedy, source: undefined };
}

/** For people: who called what, why not, what to add, where. */
export function deniedLines(denied: readonly DeniedCall[]): string[] {
  return denied.flatMap(({ caller, action, resource, reason, remedy, source }) => [
    `${caller} called ${action}${resource === "*" ? "" : ` on ${resource}`}`,
    `    refused: ${reason}`,
    `    add:     ${remedy}`,
    ...(source === undefined ? [] : [`    in:      ${source}`]),
  ]);
}

interface Remedy {
  remedy: string;
  /** Of the resource to change. */
  urn: string | undefined;
}

function remedyOf(refusal: Refusal, graph: StackGraph): Remedy {
  if (refusal.kind === "network") {
    const [vpc] = ofType(graph, "awsx:ec2:Vpc");
    const [group] = ofType(graph, "aws:ec2/securityGroup:SecurityGroup");
    return { remedy: refusal.remedy, urn: (vpc ?? group)?.urn };
  }
  const { request, reason } = refusal;
  if (reason.kind === "explicit deny") {
    const { place, sid, index } = reason.statement;
    return { remedy: `an exception to the Deny ${sid ?? index} of ${place.resource}`, urn: place.urn };
  }
  const statement = JSON.stringify({ Effect: "Allow", Action: request.action, Resource: request.resource });
  switch (reason.policy) {
    case "identity-based policy": {
      const role = roleOf(request.principal, graph);
      // Whoever is not of the stack is let in by the stack's own policies.
      if (role === undefined) return ofResource(request, graph);
      return {
        remedy: `${statement} to the policy of ${nameOf(request.principal)}`,
        urn: policyOf(role, graph).urn,
      };
    }
    case "permissions boundary":
      return {
        remedy: `${statement} to the boundary of ${nameOf(request.principal)}`,
        urn: roleOf(request.principal, graph)?.urn,
      };
    case "VPC endpoint policy": {
      const endpoint = graph.resources.find(({ state }) => state.id === request.context["aws:sourcevpce"]);
      return { remedy: `${statement} to the policy of the VPC endpoint ${endpoint?.name}`, urn: endpoint?.urn };
    }
    case "role trust policy":
    case "resource-based policy":
      return ofResource(request, graph);
  }
}

function ofResource(request: AccessRequest, graph: StackGraph): Remedy {
  const about = graph.resources.find(({ state }) => request.resource.startsWith(String(state.arn ?? "\n")));
  return {
    remedy: `${JSON.stringify(resourceStatement(request))} to the policy of ${request.resource}`,
    urn: about?.urn,
  };
}

function resourceStatement({ principal, action, resource, context }: AccessRequest): object {
  const source = context["aws:sourcearn"];
  return {
    Effect: "Allow",
    Principal: principal.kind === "service" ? { Service: principal.name } : { AWS: principal.arn },
    Action: action,
    ...(action === "sts:AssumeRole" ? {} : { Resource: action.startsWith("kms:") ? "*" : resource }),
    ...(source === undefined ? {} : { Condition: { ArnEquals: { "aws:SourceArn": source } } }),
  };
}

function nameOf(principal: Principal): string {
  return principal.kind === "service" ? principal.name : principal.arn;
}

function roleOf(principal: Principal, graph: StackGraph): GraphResource | undefined {
  if (principal.kind !== "role") return undefined;
  return graph.resources.find(({ type, state }) => type === "aws:iam/role:Role" && state.arn === principal.arn);
}

function policyOf(role: GraphResource, graph: StackGraph): GraphResource {
  const found = graph.resources.find(
    ({ type, inputs }) => type === "aws:iam/rolePolicy:RolePolicy" && inputs.role === role.state.name,
  );
  return found ?? role;
}

/** Where a resource is made, and from where: a building block is the same file for all that it makes. */
export function sourceOf(urn: string, graph: StackGraph): string | undefined {
  const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
  const places: string[] = [];
  for (let at = byUrn.get(urn); at !== undefined; at = byUrn.get(at.parent ?? "")) {
    if (at.source !== undefined) places.push(`${at.source.file}:${at.source.line}`);
  }
  return places.length === 0 ? undefined : places.join(", made at ");
}
