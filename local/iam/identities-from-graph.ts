import { refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { Statement } from "./document.ts";
import { documentOf, problemsOf } from "./document-place.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const POLICY = "aws:iam/policy:Policy";

/** What of IAM the local cloud reads; any other would be passed over in silence. */
const KNOWN = new Set([ROLE, ROLE_POLICY, ATTACHMENT, POLICY]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: characters without white space. */
const QUOTAS = { inline: 10_240, managed: 6_144, trust: 2_048, attached: 10 };

export interface Role {
  arn: string;
  name: string;
  resource: GraphResource;
  trust: readonly Statement[];
  /** Of its inline policies and of those attached to it. */
  statements: readonly Statement[];
  /** Undefined: none is set, or it is not of this stack, so that nobody here can read it. */
  boundary: readonly Statement[] | undefined;
}

/**
 * The stack's roles by ARN, with what they may do and who may take them.
 *
 * @throws ResourceError for every policy that is not understood as a whole, and for every quota that is exceeded.
 */
export function rolesOf(graph: StackGraph): ReadonlyMap<string, Role> {
  const problems: string[] = [];
  for (const resource of graph.resources) {
    if (resource.type.startsWith("aws:iam/") && !KNOWN.has(resource.type)) {
      problemsOf(resource, problems)("", "not known to the local cloud");
    }
  }
  const managed = new Map(ofType(graph, POLICY).map((resource) => [String(resource.state.arn), resource]));
  const readManaged = (arn: string): readonly Statement[] | undefined => {
    const policy = managed.get(arn);
    return policy && readManagedPolicy(policy, problems);
  };
  const roles = ofType(graph, ROLE).map((resource) => readRole(resource, { graph, problems, readManaged }));
  refuseAll(problems);
  return new Map(roles.map((role) => [role.arn, role]));
}

interface Stack {
  graph: StackGraph;
  problems: string[];
  readManaged(arn: string): readonly Statement[] | undefined;
}

function readRole(resource: GraphResource, { graph, problems, readManaged }: Stack): Role {
  const { state, inputs } = resource;
  const refuse = problemsOf(resource, problems);
  const name = String(state.name);
  const inline = inlinePolicies(graph, resource, name);
  const size = inline.reduce((sum, { document }) => sum + characters(document), 0);
  if (size > QUOTAS.inline) {
    const all = `its inline policies have ${size} characters in all, white space left out`;
    refuse("", `LimitExceeded: Maximum policy size of ${QUOTAS.inline} bytes exceeded for role ${name}: ${all}`);
  }
  const attached = ofType(graph, ATTACHMENT).filter(({ inputs: { role } }) => role === name || role === state.id);
  const arns = [...attached.map(({ inputs: { policyArn } }) => policyArn), ...list(inputs.managedPolicyArns)].map(
    String,
  );
  if (arns.length > QUOTAS.attached) {
    refuse("", `LimitExceeded: Cannot exceed quota for PoliciesPerRole: ${QUOTAS.attached}, it has ${arns.length}`);
  }
  const managed = arns.flatMap((arn) => {
    const statements = readManaged(arn);
    if (statements === undefined) {
      refuse("managedPolicyArns", `${arn} is not of this stack, so that nobody here can read it: state what it grants`);
    }
    return statements ?? [];
  });
  const trust = inputs.assumeRolePolicy;
  if (characters(trust) > QUOTAS.trust) {
    const has = `it has ${characters(trust)} characters, white space left out`;
    refuse("assumeRolePolicy", `LimitExceeded: Cannot exceed quota for ACLSizePerRole: ${QUOTAS.trust}, ${has}`);
  }
  return {
    arn: String(state.arn),
    name,
    resource,
    trust: documentOf(resource, { property: "assumeRolePolicy", document: trust, kind: "trust" }, problems),
    statements: [...inline.flatMap((policy) => readInline(policy, problems)), ...managed],
    boundary: typeof inputs.permissionsBoundary === "string" ? readManaged(inputs.permissionsBoundary) : undefined,
  };
}

interface InlinePolicy {
  resource: GraphResource;
  property: string;
  document: unknown;
}

function inlinePolicies(graph: StackGraph, role: GraphResource, name: string): InlinePolicy[] {
  const own = list(role.inputs.inlinePolicies).map((inline, index) => ({
    resource: role,
    property: `inlinePolicies[${index}].policy`,
    document: (inline as { policy?: unknown }).policy,
  }));
  const others = ofType(graph, ROLE_POLICY).filter(
    ({ inputs }) => inputs.role === name || inputs.role === role.state.id,
  );
  return [...own, ...others.map((resource) => ({ resource, property: "policy", document: resource.inputs.policy }))];
}

function readInline({ resource, property, document }: InlinePolicy, problems: string[]): Statement[] {
  return documentOf(resource, { property, document, kind: "identity" }, problems);
}

function readManagedPolicy(resource: GraphResource, problems: string[]): Statement[] {
  const size = characters(resource.inputs.policy);
  if (size > QUOTAS.managed) {
    const has = `it has ${size} characters, white space left out`;
    problemsOf(resource, problems)(
      "policy",
      `LimitExceeded: Cannot exceed quota for PolicySize: ${QUOTAS.managed}, ${has}`,
    );
  }
  return readInline({ resource, property: "policy", document: resource.inputs.policy }, problems);
}

/** White space does not count. */
function characters(document: unknown): number {
  const text = typeof document === "string" ? document : JSON.stringify(document ?? "");
  return text.replace(/\s/g, "").length;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
