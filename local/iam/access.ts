import type { StackGraph } from "../graph/types.ts";
import { type Call, keyOfCall } from "./call.ts";
import { Outsiders } from "./callers.ts";
import type { Context } from "./context.ts";
import type { AccessRequest, Statement } from "./document.ts";
import { keyRequests } from "./encrypted-by.ts";
import { type Decision, evaluate, type Reason } from "./evaluate.ts";
import { type Role, rolesOf } from "./identities-from-graph.ts";
import { type Keys, keysOf } from "./keys-from-graph.ts";
import { type Network, networkOf, type Rule, type Way } from "./network.ts";
import { accountOf, accountOfPrincipal, type Principal } from "./principal.ts";
import { resourcePoliciesOf } from "./resource-policies-from-graph.ts";

export type Verdict = Admission | Refusal;

export interface Admission {
  allowed: true;
  /** Every statement that spoke for the call, or for what it asks of KMS. */
  grants: readonly Grant[];
  /** What let it through the network: endpoints, routes, rules of security groups. */
  rules: readonly Rule[];
}

/** A statement that was needed for a request. */
export interface Grant {
  statement: Statement;
  request: AccessRequest;
}

export type Refusal =
  | { allowed: false; kind: "policy"; request: AccessRequest; reason: Reason }
  | { allowed: false; kind: "network"; request: AccessRequest; problem: string; remedy: string };

/** A call that came with an access key which is nobody's. */
export interface UnknownCaller {
  allowed: false;
  kind: "unknown caller";
  accessKeyId: string;
  action: string;
  resource: string;
}

/**
 * Everything in a stack that says who may do what: roles, resources' policies, keys, the network. It never changes, so
 * that a call is judged once.
 */
export class Access {
  readonly roles: ReadonlyMap<string, Role>;
  readonly resourcePolicies: ReadonlyMap<string, readonly Statement[]>;
  readonly keys: Keys;
  readonly network: Network;
  readonly outsiders: Outsiders;
  readonly #graph: StackGraph;
  readonly #verdicts = new Map<string, Verdict>();

  /**
   * @param outsiders Read from the graph by default.
   * @throws ResourceError for what is not understood, or is longer than AWS takes.
   */
  constructor(graph: StackGraph, outsiders: Outsiders = new Outsiders(graph)) {
    this.#graph = graph;
    this.outsiders = outsiders;
    this.roles = rolesOf(graph);
    this.resourcePolicies = resourcePoliciesOf(graph);
    this.keys = keysOf(graph);
    this.network = networkOf(graph);
  }

  judge(call: Call): Verdict {
    const key = keyOfCall(call);
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = this.#judge(call);
    if (this.#verdicts.size >= MAX_VERDICTS) this.#verdicts.clear();
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  #judge(call: Call): Verdict {
    const way = this.network.way(call);
    const request = this.#request(call, way);
    if (way.problem !== undefined) {
      return { allowed: false, kind: "network", request, problem: way.problem, remedy: way.remedy };
    }
    const grants: Grant[] = [];
    const requests: [AccessRequest, string | undefined][] = [
      [request, way.endpointArn],
      ...keyRequests(call, this.keys, this.#graph.region).map((one): [AccessRequest, undefined] => [
        { ...one, context: { ...this.#commonContext(one), ...one.context } },
        undefined,
      ]),
    ];
    for (const [one, endpointArn] of requests) {
      const decision = this.#decide(one, endpointArn);
      if (!decision.allowed) return { allowed: false, kind: "policy", request: one, reason: decision.reason };
      grants.push(...decision.by.map((statement) => ({ statement, request: one })));
    }
    return { allowed: true, grants, rules: way.rules };
  }

  #decide(request: AccessRequest, endpointArn: string | undefined): Decision {
    const { principal, action, resource } = request;
    const role = principal.kind === "role" ? this.roles.get(principal.arn) : undefined;
    const outsiders = principal.kind === "service" ? undefined : (this.outsiders.policies.get(principal.arn) ?? []);
    const isTrust = action === "sts:AssumeRole";
    return evaluate(request, {
      identity: role?.statements ?? outsiders,
      boundary: role?.boundary,
      resource: isTrust ? this.roles.get(resource)?.trust : this.resourcePolicies.get(holderOf(resource)),
      endpoint: endpointArn === undefined ? undefined : this.resourcePolicies.get(endpointArn),
    });
  }

  #request({ principal, from, action, resource, context }: Call, way: Way): AccessRequest {
    const network: Context =
      way.endpointId === undefined ? {} : { "aws:sourcevpce": way.endpointId, "aws:sourcevpc": way.vpcId ?? "" };
    const common = this.#commonContext({ principal, resource });
    // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    const code: Context = from === undefined ? {} : { "lambda:sourcefunctionarn": from };
    return { principal, action, resource, context: { ...common, ...network, ...code, ...context } };
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
  #commonContext({ principal, resource }: { principal: Principal; resource: string }): Context {
    const isService = principal.kind === "service";
    const owner = accountOf(resource) || this.#graph.account;
    return {
      // The SDK speaks HTTP here, and TLS to AWS: only that can be meant.
      "aws:securetransport": "true",
      "aws:requestedregion": this.#graph.region,
      "aws:resourceaccount": owner,
      "aws:principalisawsservice": String(isService),
      "aws:viaawsservice": "false",
      ...(isService
        ? { "aws:principalservicename": principal.name }
        : {
            "aws:principalarn": principal.arn,
            "aws:principalaccount": accountOfPrincipal(principal) ?? "",
            "aws:principaltype": principal.kind === "role" ? "AssumedRole" : "User",
          }),
    };
  }
}

/** Objects' keys are many; beyond this the cache is begun anew. */
const MAX_VERDICTS = 20_000;

/** ARN of what holds the policy: an object's bucket, a function without its version, a table without its index. */
function holderOf(resource: string): string {
  if (resource.startsWith("arn:aws:s3:::")) return resource.split("/")[0] ?? resource;
  return resource.replace(/(:function:[^:]+):.*$/, "$1").replace(/(:table\/[^/]+)\/.*$/, "$1");
}
