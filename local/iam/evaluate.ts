import { type AccessRequest, type Statement, speaksOf } from "./document.ts";
import { accountOf, accountOfPrincipal, type Naming, principalName } from "./principal.ts";

/** A kind of policy, as AWS's messages call it. */
export type PolicyKind =
  | "identity-based policy"
  | "resource-based policy"
  | "permissions boundary"
  | "VPC endpoint policy"
  | "role trust policy";

/** The policies that concern one request. */
export interface Policies {
  /** The caller's; undefined: the caller has none, as a service. */
  identity: readonly Statement[] | undefined;
  /** The caller's; undefined: none is set. */
  boundary: readonly Statement[] | undefined;
  /** The resource's; undefined: none is set. */
  resource: readonly Statement[] | undefined;
  /** Of the VPC endpoint that the request passes; undefined: it passes none, or one that admits everything. */
  endpoint: readonly Statement[] | undefined;
}

export type Decision =
  /** @param by Every statement that speaks for the request. */
  { allowed: true; by: readonly Statement[] } | { allowed: false; reason: Reason };

export type Reason =
  | { kind: "explicit deny"; policy: PolicyKind; statement: Statement }
  | { kind: "no allow"; policy: PolicyKind };

/** Resources whose own policy must allow, or leave it to the account's policies, whatever the caller's say. */
const OWN_POLICY_DECIDES: readonly { action: RegExp; kind: PolicyKind }[] = [
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
  { action: /^kms:/, kind: "resource-based policy" },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_resource-based
  { action: /^sts:AssumeRole$/, kind: "role trust policy" },
];

/**
 * Decides as AWS does
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html):
 *
 * 1. A Deny in any policy ends it.
 * 2. A VPC endpoint's policy must allow, and gives nothing
 *    (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html).
 * 3. A service has only what a resource's policy gives it.
 * 4. A key's policy, and a role's trust policy, must name the caller, or the account, which then needs an identity-based
 *    policy besides.
 * 5. Otherwise, within an account, an identity-based policy that the boundary allows too, or a resource's policy will do;
 *    the boundary limits what a resource's policy gives to a role, but not what it gives to the session itself. Between
 *    accounts both must allow.
 */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const { principal, action, resource } = request;
  const own = OWN_POLICY_DECIDES.find((one) => one.action.test(action));
  const resourceKind = own?.kind ?? "resource-based policy";
  const found = {
    identity: look(policies.identity, request),
    boundary: look(policies.boundary, request),
    resource: look(policies.resource, request),
    endpoint: look(policies.endpoint, request),
  };

  const denials: [PolicyKind, Found][] = [
    ["identity-based policy", found.identity],
    [resourceKind, found.resource],
    ["permissions boundary", found.boundary],
    ["VPC endpoint policy", found.endpoint],
  ];
  for (const [policy, { denial }] of denials) {
    if (denial !== undefined) return { allowed: false, reason: { kind: "explicit deny", policy, statement: denial } };
  }
  if (policies.endpoint !== undefined && found.endpoint.allows.length === 0) return lacks("VPC endpoint policy");

  const given = found.resource.namings;
  const byResource = given.has("session") || given.has("entity") || given.has("anyone");
  const allowedByIdentity = found.identity.allows.length > 0;
  const withinBoundary = policies.boundary === undefined || found.boundary.allows.length > 0;
  const by = [...found.identity.allows, ...found.resource.allows, ...found.boundary.allows, ...found.endpoint.allows];
  const allowed: Decision = { allowed: true, by };

  if (principal.kind === "service") return byResource ? allowed : lacks(resourceKind);
  if (given.has("session")) return allowed;
  const account = accountOfPrincipal(principal);
  const isOtherAccount = resource !== "*" && accountOf(resource) !== "" && accountOf(resource) !== account;
  if (isOtherAccount) {
    if (!byResource && !given.has("account")) return lacks(resourceKind);
    if (!allowedByIdentity) return lacks("identity-based policy");
    return withinBoundary ? allowed : lacks("permissions boundary");
  }
  if (own !== undefined && !byResource && !given.has("account")) return lacks(resourceKind);
  if (!byResource && !allowedByIdentity) return lacks("identity-based policy");
  return withinBoundary ? allowed : lacks("permissions boundary");
}

function lacks(policy: PolicyKind): Decision {
  return { allowed: false, reason: { kind: "no allow", policy } };
}

interface Found {
  denial: Statement | undefined;
  allows: Statement[];
  /** How the allowing statements name the caller. */
  namings: ReadonlySet<Naming | "identity">;
}

function look(statements: readonly Statement[] = [], request: AccessRequest): Found {
  const allows: Statement[] = [];
  const namings = new Set<Naming | "identity">();
  let denial: Statement | undefined;
  for (const statement of statements) {
    const naming = speaksOf(statement, request);
    if (naming === undefined) continue;
    if (statement.effect === "Deny") {
      denial ??= statement;
    } else {
      allows.push(statement);
      namings.add(naming);
    }
  }
  return { denial, allows, namings };
}

/** AWS's wording: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function wording({ principal, action, resource }: AccessRequest, reason: Reason): string {
  const article = /^[aeiou]/i.test(reason.policy) ? "an" : "a";
  const because =
    reason.kind === "explicit deny"
      ? `with an explicit deny in ${article} ${reason.policy}`
      : `because no ${reason.policy} allows the ${action} action`;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  return `User: ${principalName(principal)} is not authorized to perform: ${action}${on} ${because}`;
}
