import { type Statement, some, statementsOf } from "./core/document.ts";
import type { Input } from "./core/input.ts";
import { expectClosed, resourcePolicy, stackPolicy } from "./core/policy.ts";
import type { Resource } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import { MANAGED_POLICY, POLICY_ATTACHMENT, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "./core/types.ts";

const BEST_PRACTICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/**
 * Actions that AWS takes for all resources only, with the key that must narrow them where there is one
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
 */
const UNRESTRICTABLE: Readonly<Record<string, string | undefined>> = {
  "xray:PutTraceSegments": undefined,
  "xray:PutTelemetryRecords": undefined,
  "xray:GetSamplingRules": undefined,
  "xray:GetSamplingTargets": undefined,
  "cloudwatch:PutMetricData": "cloudwatch:namespace",
  "cloudwatch:GetMetricData": undefined,
  "cloudwatch:ListMetrics": undefined,
  "cloudwatch:DescribeAlarmsForMetric": undefined,
  "lambda:ListEventSourceMappings": undefined,
  "ec2:CreateNetworkInterface": undefined,
  "ec2:DescribeNetworkInterfaces": undefined,
  "ec2:DeleteNetworkInterface": undefined,
  "ec2:AssignPrivateIpAddresses": undefined,
  "ec2:UnassignPrivateIpAddresses": undefined,
  "ec2:DescribeSubnets": undefined,
  "ec2:DescribeSecurityGroups": undefined,
  "ec2:DescribeVpcs": undefined,
  "ec2:GetSecurityGroupsForVpc": undefined,
  "logs:CreateLogDelivery": undefined,
  "logs:GetLogDelivery": undefined,
  "logs:UpdateLogDelivery": undefined,
  "logs:DeleteLogDelivery": undefined,
  "logs:ListLogDeliveries": undefined,
  "logs:PutResourcePolicy": undefined,
  "logs:DescribeResourcePolicies": undefined,
  "logs:DescribeLogGroups": undefined,
  "s3:ListAllMyBuckets": undefined,
  "sts:GetCallerIdentity": undefined,
};

/** Families of actions that AWS's own pages ask for with a star. */
const FAMILIES = ["kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:Describe*"];

const PERMISSIONS = [ROLE_POLICY, MANAGED_POLICY, ROLE] as const;

export const noStarAction = resourcePolicy({
  name: "iam-no-star-action",
  type: PERMISSIONS,
  description: "A role is allowed single actions, never all of them or all of a service.",
  level: "mandatory",
  severity: "critical",
  reason: "Whoever takes over the role may otherwise do what nobody ever meant it to do.",
  fix: "List the actions that are used; and no NotAction beside Allow.",
  url: BEST_PRACTICES,
  peers: {
    cdkNag: ["IAM5"],
    checkov: ["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288", "CKV_AWS_289", "CKV2_AWS_40"],
  },
  check(resource, { expect }) {
    forEachAllow(resource, expect, (statement) => {
      const isAll = some(statement.actions, (action) => action.matches(/^([a-z0-9-]+:)?\*$/i));
      expect(resource, not(all(statement.allows, isAll)), `allows every action in ${statement.label}`);
      const hasNot = statement.input.at("NotAction").isSet;
      expect(resource, not(all(statement.allows, hasNot)), `allows all but some actions in ${statement.label}`);
    });
  },
});

export const noPartialStarAction = resourcePolicy<{ families: readonly string[] }>({
  name: "iam-no-partial-star-action",
  type: PERMISSIONS,
  description: "A role's actions are written out.",
  level: "advisory",
  severity: "low",
  reason: "A star in an action also allows what AWS adds to the service tomorrow.",
  fix: "List the actions that are used.",
  url: BEST_PRACTICES,
  peers: { cdkNag: ["IAM5"] },
  settings: { families: { default: FAMILIES, description: "Patterns that may be used." } },
  check(resource, { expect, settings }) {
    forEachAllow(resource, expect, (statement) => {
      const isPartial = some(statement.actions, (action) =>
        action.matches((text) => /^[a-z0-9-]+:.*[^:]\*|:\*./i.test(text) && !settings.families.includes(text)),
      );
      expect(resource, not(all(statement.allows, isPartial)), `allows actions by a pattern in ${statement.label}`);
    });
  },
});

export const noStarResource = resourcePolicy<{ allowed: readonly string[] }>({
  name: "iam-no-star-resource",
  type: PERMISSIONS,
  description:
    "A role is allowed something of every resource only where AWS knows no other way, and with its condition.",
  level: "mandatory",
  severity: "high",
  reason: "A star lets a fault, or an intruder, in one function reach the data of every other one in the account.",
  fix: "Name the resources by ARN or by a prefix; split off the actions that have no resources.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  peers: { cdkNag: ["IAM5"], checkov: ["CKV_AWS_355", "CKV_AWS_290"] },
  settings: { allowed: { default: [], description: "Further actions that may have the resource *." } },
  check(resource, { expect, settings }) {
    forEachAllow(resource, expect, (statement) => {
      const isAll = some(statement.resources, (one) => one.is("*"));
      const mayBe = (action: string): Truth => {
        if (settings.allowed.includes(action)) return true;
        if (!Object.hasOwn(UNRESTRICTABLE, action)) return false;
        const key = UNRESTRICTABLE[action];
        return key === undefined || statement.isLimitedBy((one) => one === key);
      };
      const isDemanded = not(some(statement.actions, (action) => not(truthOf(action, mayBe))));
      const isBroken = all(statement.allows, isAll, not(isDemanded));
      expect(resource, not(isBroken), `allows every resource in ${statement.label}, which AWS does not demand`);
      const hasNot = statement.input.at("NotResource").isSet;
      expect(resource, not(all(statement.allows, hasNot)), `allows all but some resources in ${statement.label}`);
    });
  },
});

/** Managed policies that give nearly everything. */
const ALMIGHTY = /:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

export const noAlmightyPolicy = resourcePolicy({
  name: "iam-no-administrator",
  type: [ROLE, ROLE_POLICY_ATTACHMENT, POLICY_ATTACHMENT],
  description: "No role administers the account.",
  level: "mandatory",
  severity: "critical",
  reason: "Whoever takes over such a role has the account.",
  fix: "Allow what the role uses in a policy of its own.",
  url: BEST_PRACTICES,
  peers: { checkov: ["CKV_AWS_274", "CKV2_AWS_56"] },
  check(resource, { expect }) {
    expect(
      resource,
      not(some(managedPolicies(resource), (arn) => arn.matches(ALMIGHTY))),
      "has an administrator's policy",
    );
  },
});

export const noManagedPolicy = resourcePolicy({
  name: "iam-no-aws-managed-policy",
  type: [ROLE, ROLE_POLICY_ATTACHMENT, POLICY_ATTACHMENT],
  description: "A role's permissions are the stack's own.",
  level: "advisory",
  severity: "low",
  reason: "AWS's managed policies are made for everybody, so that they allow more than anybody needs.",
  fix: "Allow what the role uses in a policy of its own.",
  url: BEST_PRACTICES,
  peers: { cdkNag: ["IAM4"] },
  check(resource, { expect }) {
    const isAws = some(managedPolicies(resource), (arn) => arn.matches(/^arn:[^:]+:iam::aws:policy\//));
    expect(resource, not(isAws), "has a policy that AWS manages");
  },
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: without white space, of all policies together. */
const INLINE_CHARACTERS = 10_240;

export const inlinePolicySize = stackPolicy({
  name: "iam-inline-policy-size",
  description: "A role's inline policies have no more than 10,240 characters together.",
  level: "mandatory",
  severity: "medium",
  reason: "IAM refuses more, and the number of ARNs in a policy grows with the stack.",
  fix: "Name resources by a common prefix instead of one by one.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  check(stack, { expect }) {
    const policies = stack.attached(ROLE_POLICY, "role", ROLE);
    for (const role of stack.ofType(ROLE)) {
      const own = role.at("inlinePolicies").items;
      const documents = [
        ...(policies.get(role) ?? []).map((policy) => policy.at("policy")),
        ...(own instanceof Unknown ? [role.at("inlinePolicies")] : own.map((policy) => policy.at("policy"))),
      ];
      let length = 0;
      let open: Unknown | undefined;
      for (const { text } of documents) {
        if (text instanceof Unknown) open = text;
        else length += (text ?? "").replace(/\s/g, "").length;
      }
      const isWithin = length > INLINE_CHARACTERS ? false : (open ?? policies.open ?? true);
      expect(role, isWithin, `has inline policies of more than ${INLINE_CHARACTERS} characters`);
    }
  },
});

export const noManagementConflict = stackPolicy({
  name: "iam-no-policy-management-conflict",
  description: "A role's policies are given in one way only.",
  level: "advisory",
  severity: "medium",
  reason: "A role that lists its policies removes those that other resources attach, at every second update.",
  fix: "Use RolePolicy and RolePolicyAttachment, and no inlinePolicies or managedPolicyArns.",
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/",
  peers: { awsguard: ["iam-role-no-policy-management-conflicts"] },
  check(stack, { expect }) {
    const attached = [stack.attached(ROLE_POLICY, "role", ROLE), stack.attached(ROLE_POLICY_ATTACHMENT, "role", ROLE)];
    for (const one of attached) expectClosed({ expect }, one);
    for (const role of stack.ofType(ROLE)) {
      const lists = any(
        some(role.at("inlinePolicies").items, (one) => one.at("policy").isSet),
        some(role.at("managedPolicyArns").items, (one) => one.isSet),
      );
      // In an update the provider adds to both lists what the others attach: only what it cannot know is judged.
      const isBoth = attached.some((one) => one.has(role)) ? lists : false;
      expect(role, not(isBoth), "lists its policies, and has others attached");
    }
  },
});

/** Of a role these are its inline policies. */
function documentsOf(resource: Resource): Input[] | Unknown {
  if (resource.type !== ROLE) return [resource.at("policy")];
  const { items } = resource.at("inlinePolicies");
  return items instanceof Unknown ? items : items.map((item) => item.at("policy"));
}

function forEachAllow(
  resource: Resource,
  expect: (resource: Resource, condition: Truth, otherwise: string) => void,
  visit: (statement: Statement) => void,
): void {
  const documents = documentsOf(resource);
  if (documents instanceof Unknown) {
    expect(resource, documents, "");
    return;
  }
  for (const document of documents) {
    const statements = statementsOf(document);
    if (statements instanceof Unknown) expect(resource, statements, "");
    else for (const statement of statements) visit(statement);
  }
}

function managedPolicies(resource: Resource): Input[] | Unknown {
  return resource.type === ROLE ? resource.at("managedPolicyArns").items : [resource.at("policyArn")];
}

function truthOf(input: Input, test: (text: string) => Truth): Truth {
  const { text } = input;
  return text instanceof Unknown ? text : text === undefined ? false : test(text);
}
