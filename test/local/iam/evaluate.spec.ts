import assert from "node:assert/strict";
import { readDocument, type Statement } from "../../../local/iam/document.ts";
import { evaluate, type Policies, wording } from "../../../local/iam/evaluate.ts";
import type { Principal } from "../../../local/iam/principal.ts";

const ACCOUNT = "123456789012";
const OTHER_ACCOUNT = "999999999999";
const BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar-logs";

const carlos: Principal = { kind: "user", arn: `arn:aws:iam::${ACCOUNT}:user/carlossalazar` };
const session: Principal = { kind: "role", arn: `arn:aws:iam::${ACCOUNT}:role/jsmith`, session: "session" };
const alarms: Principal = { kind: "service", name: "cloudwatch.amazonaws.com" };

interface Case {
  /** AWS's page with the example. */
  page: string;
  what: string;
  principal?: Principal;
  action: string;
  resource: string;
  context?: Record<string, string | readonly string[]>;
  identity?: object[];
  boundary?: object[];
  resourcePolicy?: object[];
  trust?: object[];
  endpoint?: object[];
  /** What decides: allowed, or the end of AWS's message. */
  decision: string;
}

const ALLOWED = "allowed";
const GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/";
const BASICS = `${GUIDE}reference_policies_evaluation-logic_policy-eval-basics.html`;
const BOUNDARIES = `${GUIDE}access_policies_boundaries.html`;
const OPERATORS = `${GUIDE}reference_policies_elements_condition_operators.html`;
const MULTIVALUED = `${GUIDE}reference_policies_condition_examples-multi-valued-context-keys.html`;
const CROSS_ACCOUNT = `${GUIDE}reference_policies_evaluation-logic-cross-account.html`;
const VARIABLES = `${GUIDE}reference_policies_variables.html`;
const NOT_ACTION = `${GUIDE}reference_policies_elements_notaction.html`;
const NOT_RESOURCE = `${GUIDE}reference_policies_elements_notresource.html`;
const KEYS = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html";
const ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html";
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The identity-based policy of AWS's first example: he may list, use his own bucket, and never touch logs. */
const CARLOS = [
  { Sid: "List", Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], Resource: "arn:aws:s3:::*" },
  {
    Sid: "Own",
    Effect: "Allow",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*", "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"],
  },
  { Sid: "NoLogs", Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::*log*" },
];
const CARLOS_BY_BUCKET = [
  { Effect: "Allow", Principal: { AWS: carlos.arn }, Action: "s3:*", Resource: [BUCKET, `${BUCKET}/*`] },
];
const SHIRLEY_BOUNDARY = [{ Effect: "Allow", Action: ["s3:*", "cloudwatch:*", "ec2:*"], Resource: "*" }];
const ROOT = [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }];

function tags(operator: string): object[] {
  return [
    {
      Effect: "Allow",
      Action: "iam:TagUser",
      Resource: "*",
      Condition: { [operator]: { "aws:CalledVia": ["athena.amazonaws.com", "kms.amazonaws.com"] } },
    },
  ];
}

const CASES: readonly Case[] = [
  {
    page: BASICS,
    what: "an identity-based policy allows within the account",
    action: "s3:PutObject",
    resource: "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/a",
    identity: CARLOS,
    decision: ALLOWED,
  },
  {
    page: BASICS,
    what: "an explicit deny overrides a resource's allow",
    action: "s3:PutObject",
    resource: `${BUCKET}/a`,
    identity: CARLOS,
    resourcePolicy: CARLOS_BY_BUCKET,
    decision: "with an explicit deny in an identity-based policy",
  },
  {
    page: BASICS,
    what: "a resource's policy alone will do within the account",
    action: "s3:PutObject",
    resource: `${BUCKET}/a`,
    resourcePolicy: CARLOS_BY_BUCKET,
    decision: ALLOWED,
  },
  {
    page: BASICS,
    what: "what nothing allows is denied",
    action: "s3:PutObject",
    resource: "arn:aws:s3:::another/a",
    identity: CARLOS,
    decision: "because no identity-based policy allows the s3:PutObject action",
  },
  {
    page: BOUNDARIES,
    what: "a boundary that does not allow it ends what a policy grants",
    action: "iam:CreateUser",
    resource: "*",
    identity: [{ Effect: "Allow", Action: "iam:CreateUser", Resource: "*" }],
    boundary: SHIRLEY_BOUNDARY,
    decision: "because no permissions boundary allows the iam:CreateUser action",
  },
  {
    page: BOUNDARIES,
    what: "a boundary grants nothing by itself",
    action: "s3:GetObject",
    resource: `${BUCKET}/a`,
    boundary: SHIRLEY_BOUNDARY,
    decision: "because no identity-based policy allows the s3:GetObject action",
  },
  {
    page: BOUNDARIES,
    what: "a boundary limits what a resource's policy gives to a role",
    principal: session,
    action: "sqs:SendMessage",
    resource: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`,
    resourcePolicy: [{ Effect: "Allow", Principal: { AWS: session.arn }, Action: "sqs:SendMessage", Resource: "*" }],
    boundary: SHIRLEY_BOUNDARY,
    decision: "because no permissions boundary allows the sqs:SendMessage action",
  },
  {
    page: BOUNDARIES,
    what: "but not what it gives to the role's session",
    principal: session,
    action: "sqs:SendMessage",
    resource: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`,
    resourcePolicy: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/jsmith/session` },
        Action: "sqs:SendMessage",
        Resource: "*",
      },
    ],
    boundary: SHIRLEY_BOUNDARY,
    decision: ALLOWED,
  },
  ...[true, false].map((identity) => ({
    page: CROSS_ACCOUNT,
    what: `another account's caller needs ${identity ? "the resource's policy besides" : "a policy of its own besides"}`,
    principal: session,
    action: "sqs:SendMessage",
    resource: `arn:aws:sqs:eu-west-1:${OTHER_ACCOUNT}:queue`,
    ...(identity
      ? { identity: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }] }
      : {
          resourcePolicy: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sqs:SendMessage", Resource: "*" }],
        }),
    decision: `because no ${identity ? "resource" : "identity"}-based policy allows the sqs:SendMessage action`,
  })),
  {
    page: CROSS_ACCOUNT,
    what: "both together admit another account's caller",
    principal: session,
    action: "sqs:SendMessage",
    resource: `arn:aws:sqs:eu-west-1:${OTHER_ACCOUNT}:queue`,
    identity: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
    resourcePolicy: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sqs:SendMessage", Resource: "*" }],
    decision: ALLOWED,
  },
  {
    page: KEYS,
    what: "a key whose policy names nobody admits nobody, whatever the caller's own say",
    principal: session,
    action: "kms:Decrypt",
    resource: KEY,
    identity: [{ Effect: "Allow", Action: "kms:*", Resource: "*" }],
    resourcePolicy: [],
    decision: "because no resource-based policy allows the kms:Decrypt action",
  },
  {
    page: KEYS,
    what: "a key that is left to the account admits whom the account's policies admit",
    principal: session,
    action: "kms:Decrypt",
    resource: KEY,
    identity: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: KEY }],
    resourcePolicy: ROOT,
    decision: ALLOWED,
  },
  {
    page: KEYS,
    what: "and nobody else",
    principal: session,
    action: "kms:Decrypt",
    resource: KEY,
    resourcePolicy: ROOT,
    decision: "because no identity-based policy allows the kms:Decrypt action",
  },
  {
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    what: "a service has nothing but what the resource's policy gives it",
    principal: alarms,
    action: "kms:Decrypt",
    resource: KEY,
    resourcePolicy: ROOT,
    decision: "because no resource-based policy allows the kms:Decrypt action",
  },
  {
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    what: "a key's policy that names the service admits it",
    principal: alarms,
    action: "kms:GenerateDataKey",
    resource: KEY,
    resourcePolicy: [
      ...ROOT,
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
      },
    ],
    decision: ALLOWED,
  },
  {
    page: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
    what: "a trust policy's condition keeps another account's schedules away",
    principal: { kind: "service", name: "scheduler.amazonaws.com" },
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/schedule`,
    context: { "aws:sourceaccount": OTHER_ACCOUNT },
    trust: [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ],
    decision: "because no role trust policy allows the sts:AssumeRole action",
  },
  {
    page: ENDPOINTS,
    what: "an endpoint's policy must allow besides",
    principal: session,
    action: "s3:PutObject",
    resource: `${BUCKET}/a`,
    identity: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    endpoint: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${BUCKET}/*` }],
    decision: "because no VPC endpoint policy allows the s3:PutObject action",
  },
  {
    page: ENDPOINTS,
    what: "an endpoint's policy gives nothing",
    principal: session,
    action: "s3:GetObject",
    resource: `${BUCKET}/a`,
    endpoint: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
    decision: "because no identity-based policy allows the s3:GetObject action",
  },
  ...(
    [
      ["s3:GetObject", ALLOWED],
      ["iam:CreateUser", "because no identity-based policy allows the iam:CreateUser action"],
    ] as const
  ).map(([action, decision]) => ({
    page: NOT_ACTION,
    what: `everything but IAM: ${action}`,
    action,
    resource: "arn:aws:s3:::any/a",
    identity: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    decision,
  })),
  ...(
    [
      ["arn:aws:s3:::HRBucket/Payroll/a", ALLOWED],
      ["arn:aws:s3:::HRBucket/a", "with an explicit deny in an identity-based policy"],
    ] as const
  ).map(([resource, decision]) => ({
    page: NOT_RESOURCE,
    what: `everything but the pay is denied: ${resource}`,
    action: "s3:GetObject",
    resource,
    identity: [
      { Effect: "Allow", Action: "s3:*", Resource: "*" },
      {
        Effect: "Deny",
        Action: "s3:*",
        NotResource: ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"],
      },
    ],
    decision,
  })),
  ...(
    [
      ["StringEquals", undefined, false],
      ["StringNotEquals", undefined, true],
      ["StringEqualsIfExists", undefined, true],
      ["ArnNotLike", undefined, true],
      ["StringNotEquals", "eu-west-1", false],
      ["StringEqualsIfExists", "us-east-1", false],
      ["StringLike", "eu-west-1", true],
    ] as const
  ).map(([operator, region, holds]) => ({
    page: OPERATORS,
    what: `${operator} ${region === undefined ? "of a key that the request lacks" : `of ${region}`}`,
    action: "sqs:SendMessage",
    resource: "*",
    ...(region === undefined ? {} : { context: { "aws:requestedregion": region } }),
    identity: [
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { [operator]: { "aws:RequestedRegion": "eu-west-1" } },
      },
    ],
    decision: holds ? ALLOWED : "because no identity-based policy allows the sqs:SendMessage action",
  })),
  ...(
    [
      ["true", undefined, true],
      ["false", undefined, false],
      ["false", "vpce-1", true],
    ] as const
  ).map(([wanted, value, holds]) => ({
    page: `${OPERATORS}#Conditions_Null`,
    what: `Null ${wanted} of ${value ?? "nothing"}`,
    action: "sqs:SendMessage",
    resource: "*",
    ...(value === undefined ? {} : { context: { "aws:sourcevpce": value } }),
    identity: [{ Effect: "Allow", Action: "*", Resource: "*", Condition: { Null: { "aws:SourceVpce": wanted } } }],
    decision: holds ? ALLOWED : "because no identity-based policy allows the sqs:SendMessage action",
  })),
  ...(
    [
      ["ForAllValues:StringEquals", ["athena.amazonaws.com"], true],
      ["ForAllValues:StringEquals", ["athena.amazonaws.com", "glue.amazonaws.com"], false],
      ["ForAllValues:StringEquals", [], true],
      ["ForAnyValue:StringEquals", ["athena.amazonaws.com", "glue.amazonaws.com"], true],
      ["ForAnyValue:StringEquals", ["glue.amazonaws.com"], false],
      ["ForAnyValue:StringEquals", [], false],
    ] as const
  ).map(([operator, values, holds]) => ({
    page: MULTIVALUED,
    what: `${operator} of ${values.length === 0 ? "nothing" : values.join(", ")}`,
    action: "iam:TagUser",
    resource: "*",
    context: { "aws:calledvia": values },
    identity: tags(operator),
    decision: holds ? ALLOWED : "because no identity-based policy allows the iam:TagUser action",
  })),
  ...(
    [
      ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lean-ops-a", true],
      ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lean-ops-a:b", true],
      ["arn:aws:cloudwatch:eu-west-1:999999999999:alarm:lean-ops-a", false],
    ] as const
  ).map(([arn, holds]) => ({
    page: `${OPERATORS}#Conditions_ARN`,
    what: `an ARN's components are compared one by one: ${arn}`,
    principal: alarms,
    action: "sns:Publish",
    resource: `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts`,
    context: { "aws:sourcearn": arn },
    resourcePolicy: [
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: "*",
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:*:${ACCOUNT}:alarm:lean-ops-*` } },
      },
    ],
    decision: holds ? ALLOWED : "because no resource-based policy allows the sns:Publish action",
  })),
  ...(
    [
      ["arn:aws:s3:::bucket/123456789012/a", ALLOWED],
      ["arn:aws:s3:::bucket/999999999999/a", "because no identity-based policy allows the s3:GetObject action"],
    ] as const
  ).map(([resource, decision]) => ({
    page: VARIABLES,
    what: `a variable stands for what the request says: ${resource}`,
    action: "s3:GetObject",
    resource,
    context: { "aws:principalaccount": ACCOUNT },
    identity: [{ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::bucket/\${aws:PrincipalAccount}/*` }],
    decision,
  })),
];

function read(statements: object[] | undefined, kind: "identity" | "resource" | "trust"): Statement[] | undefined {
  const place = { urn: kind, resource: kind, property: "policy" };
  const refuse = (problem: string): never => assert.fail(problem);
  return statements && readDocument({ Version: "2012-10-17", Statement: statements }, { place, kind, refuse });
}

describe("IAM's evaluation of policies", () => {
  for (const { page, what, principal = carlos, action, resource, context = {}, decision, ...given } of CASES) {
    it(`${what} (${page})`, () => {
      const policies: Policies = {
        identity: read(given.identity, "identity"),
        boundary: read(given.boundary, "identity"),
        resource: read(given.resourcePolicy, "resource") ?? read(given.trust, "trust"),
        endpoint: read(given.endpoint, "resource"),
      };
      const request = { principal, action, resource, context };
      const decided = evaluate(request, policies);
      const said = decided.allowed ? ALLOWED : wording(request, decided.reason);
      assert.equal(said.slice(-decision.length), decision);
    });
  }

  it("names who, what and which resource as AWS does", () => {
    const request = {
      principal: session,
      action: "sqs:SendMessage",
      resource: `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`,
      context: {},
    };
    const decided = evaluate(request, { identity: [], boundary: undefined, resource: undefined, endpoint: undefined });
    assert(!decided.allowed);
    assert.equal(
      wording(request, decided.reason),
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/jsmith/session is not authorized to perform: sqs:SendMessage on ` +
        `resource: arn:aws:sqs:eu-west-1:${ACCOUNT}:q because no identity-based policy allows the sqs:SendMessage action`,
    );
  });
});
