import type { GraphResource, StackGraph } from "../graph/types.ts";

/** A policy document of a stack, as text. */
export interface PolicyDocument {
  resource: GraphResource;
  property: string;
  /** `identity` policies say what their holder may do, `resource` policies who may use it, `trust` who may take a role. */
  kind: "identity" | "resource" | "trust";
  text: string;
}

/** Where the policy documents of a type of resource stand; functions have permissions instead of one. */
const PLACES: Readonly<Record<string, Pick<PolicyDocument, "property" | "kind">>> = {
  "aws:iam/role:Role": { property: "assumeRolePolicy", kind: "trust" },
  "aws:iam/rolePolicy:RolePolicy": { property: "policy", kind: "identity" },
  "aws:iam/policy:Policy": { property: "policy", kind: "identity" },
  "aws:sqs/queue:Queue": { property: "policy", kind: "resource" },
  "aws:sqs/queuePolicy:QueuePolicy": { property: "policy", kind: "resource" },
  "aws:sns/topic:Topic": { property: "policy", kind: "resource" },
  "aws:sns/topicPolicy:TopicPolicy": { property: "policy", kind: "resource" },
  "aws:s3/bucketPolicy:BucketPolicy": { property: "policy", kind: "resource" },
  "aws:kms/key:Key": { property: "policy", kind: "resource" },
  "aws:kms/keyPolicy:KeyPolicy": { property: "policy", kind: "resource" },
  "aws:dynamodb/resourcePolicy:ResourcePolicy": { property: "policy", kind: "resource" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { property: "policy", kind: "resource" },
};

/** The policy document of a resource; undefined where it has none. */
export function policyDocumentOf(resource: GraphResource): PolicyDocument | undefined {
  const place = PLACES[resource.type];
  const text = place && resource.inputs[place.property];
  return place === undefined || typeof text !== "string" || text === "" ? undefined : { resource, ...place, text };
}

/** Every policy document of a stack, in the order of its resources. */
export function policyDocumentsOf(graph: StackGraph): PolicyDocument[] {
  return graph.resources.flatMap((resource) => policyDocumentOf(resource) ?? []);
}
