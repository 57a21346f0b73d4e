import { refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import { functionNameOf } from "../lambda/function-name.ts";
import type { Statement } from "./document.ts";
import { documentOf, problemsOf } from "./document-place.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const KEY = "aws:kms/key:Key";

/** One kind of resource that holds a policy about another, or about itself. */
interface Holder {
  type: string;
  property: string;
  /** ARN of the resource that the policy is about; undefined where the stack has none. */
  about(resource: GraphResource, graph: StackGraph): string | undefined;
  /** In bytes, and AWS's page that says so. */
  quota: number;
}

const own = ({ state }: GraphResource): string => String(state.arn);

/**
 * Where resource-based policies stand, and how long they may be:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html,
 * https://docs.aws.amazon.com/general/latest/gr/sns.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html,
 * https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#key-policy-limit,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html.
 */
const HOLDERS: readonly Holder[] = [
  { type: "aws:sqs/queue:Queue", property: "policy", about: own, quota: 8_192 },
  {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    property: "policy",
    about: ({ inputs }, graph) => arnWhere(graph, "aws:sqs/queue:Queue", ({ state }) => state.url === inputs.queueUrl),
    quota: 8_192,
  },
  { type: "aws:sns/topic:Topic", property: "policy", about: own, quota: 30_720 },
  {
    type: "aws:sns/topicPolicy:TopicPolicy",
    property: "policy",
    about: ({ inputs }) => String(inputs.arn),
    quota: 30_720,
  },
  {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    property: "policy",
    about: ({ inputs }, graph) =>
      arnWhere(graph, "aws:s3/bucket:Bucket", ({ state }) => state.bucket === inputs.bucket),
    quota: 20_480,
  },
  { type: KEY, property: "policy", about: own, quota: 32_768 },
  {
    type: "aws:kms/keyPolicy:KeyPolicy",
    property: "policy",
    about: ({ inputs }, graph) =>
      arnWhere(graph, KEY, ({ state }) => state.keyId === inputs.keyId || state.arn === inputs.keyId),
    quota: 32_768,
  },
  {
    type: "aws:dynamodb/resourcePolicy:ResourcePolicy",
    property: "policy",
    about: ({ inputs }) => String(inputs.resourceArn),
    quota: 20_480,
  },
  { type: "aws:ec2/vpcEndpoint:VpcEndpoint", property: "policy", about: own, quota: 20_480 },
];

/** Resources that are policies by name, and say nothing of who may do what. */
const NO_ACCESS = new Set(["aws:sqs/redrivePolicy:RedrivePolicy", "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"]);

/**
 * The resource-based policies of a stack by the ARN of the resource that they are about; a function's is made of its
 * permissions, and a key without one has AWS's default, which leaves everything to the account
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
 *
 * @throws ResourceError for every policy that is not understood as a whole, that is too long, or that would replace
 *   another.
 */
export function resourcePoliciesOf(graph: StackGraph): ReadonlyMap<string, readonly Statement[]> {
  const problems: string[] = [];
  const policies = new Map<string, readonly Statement[]>();
  for (const holder of HOLDERS) {
    for (const resource of ofType(graph, holder.type)) {
      const document = resource.inputs[holder.property];
      if (document === undefined || document === null || document === "") continue;
      const refuse = problemsOf(resource, problems);
      const arn = holder.about(resource, graph);
      if (arn === undefined) {
        refuse("", "is about a resource that the stack does not have");
        continue;
      }
      if (policies.has(arn)) refuse(holder.property, `${arn} has a policy already; the one would replace the other`);
      const bytes = Buffer.byteLength(typeof document === "string" ? document : JSON.stringify(document));
      if (bytes > holder.quota) refuse(holder.property, `may have ${holder.quota} bytes, has ${bytes}`);
      policies.set(arn, readPolicy(resource, holder.property, document, problems));
    }
  }
  for (const resource of ofType(graph, KEY)) {
    const arn = own(resource);
    if (!policies.has(arn))
      policies.set(arn, readPolicy(resource, "policy", defaultKeyPolicy(graph.account), problems));
  }
  for (const resource of ofType(graph, PERMISSION)) {
    const arn = permitted(resource, graph);
    if (arn === undefined) problemsOf(resource, problems)("function", "the stack has no such function");
    else policies.set(arn, [...(policies.get(arn) ?? []), ...readPermission(resource, arn, problems)]);
  }
  refuseUnknown(graph, problems);
  refuseAll(problems);
  return policies;
}

function readPolicy(resource: GraphResource, property: string, document: unknown, problems: string[]): Statement[] {
  return documentOf(resource, { property, document, kind: "resource" }, problems);
}

function defaultKeyPolicy(account: string): object {
  const statement = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
  return { Version: "2012-10-17", Statement: statement };
}

function permitted({ inputs }: GraphResource, graph: StackGraph): string | undefined {
  const name = functionNameOf(String(inputs.function));
  return arnWhere(graph, "aws:lambda/function:Function", ({ state }) => state.name === name);
}

/** As AddPermission writes the statement: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function readPermission(resource: GraphResource, functionArn: string, problems: string[]): Statement[] {
  const refuse = problemsOf(resource, problems);
  const {
    action,
    principal,
    sourceArn,
    sourceAccount,
    statementId,
    qualifier,
    function: _,
    ...others
  } = resource.inputs;
  const unknown = Object.keys(others).filter((name) => others[name] !== undefined && name !== "region");
  if (unknown.length > 0) refuse(unknown.join(", "), "not known to the local cloud");
  const name = String(principal);
  const conditions = {
    ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
    ...(sourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": sourceAccount } }),
  };
  const statement = {
    Sid: statementId ?? resource.name,
    Effect: "Allow",
    Principal: name === "*" ? "*" : name.endsWith(".amazonaws.com") ? { Service: name } : { AWS: name },
    Action: action,
    Resource: qualifier === undefined ? functionArn : `${functionArn}:${String(qualifier)}`,
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  };
  return readPolicy(resource, "", { Version: "2012-10-17", Statement: [statement] }, problems);
}

/** A policy that nobody here reads must not look as if it were enforced. */
function refuseUnknown(graph: StackGraph, problems: string[]): void {
  const known = new Set([...HOLDERS.map(({ type }) => type), ...NO_ACCESS]);
  for (const resource of graph.resources) {
    const { type } = resource;
    const isPolicy = /Policy$|:Grant$/.test(type) && type.startsWith("aws:") && !type.startsWith("aws:iam/");
    if (isPolicy && !known.has(type)) problemsOf(resource, problems)("", "not known to the local cloud");
  }
}

function arnWhere(graph: StackGraph, type: string, is: (resource: GraphResource) => boolean): string | undefined {
  const found = ofType(graph, type).find(is);
  return found === undefined ? undefined : own(found);
}
