import { refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import { problemsOf } from "./document-place.ts";

/** Which of the stack's keys encrypts a resource. */
export interface Keys {
  /** ARN of the key by the ARN of what it encrypts; what AWS's own keys encrypt is absent. */
  of: ReadonlyMap<string, string>;
  /** ARN of the key that encrypts the Glue catalog's metadata. */
  catalog: string | undefined;
  /** Buckets whose objects share data keys (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html). */
  bucketKeys: ReadonlySet<string>;
}

/** Where each type of resource names its key. */
const NAMED_BY: Readonly<Record<string, (inputs: GraphResource["inputs"]) => unknown>> = {
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:dynamodb/table:Table": ({ serverSideEncryption }) => member(serverSideEncryption, "kmsKeyArn"),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ({ serverSideEncryption }) =>
    member(serverSideEncryption, "keyArn"),
  "aws:lambda/function:Function": ({ kmsKeyArn }) => kmsKeyArn,
  "aws:cloudwatch/logGroup:LogGroup": ({ kmsKeyId }) => kmsKeyId,
  "aws:sfn/stateMachine:StateMachine": ({ encryptionConfiguration }) => member(encryptionConfiguration, "kmsKeyId"),
  "aws:scheduler/schedule:Schedule": ({ kmsKeyArn }) => kmsKeyArn,
  "aws:athena/workgroup:Workgroup": ({ configuration }) =>
    member(member(member(configuration, "resultConfiguration"), "encryptionConfiguration"), "kmsKeyArn"),
};

const BUCKET_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const CATALOG_ENCRYPTION = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings";

/** @throws ResourceError for a key that the stack does not have: nobody here could say who may use it. */
export function keysOf(graph: StackGraph): Keys {
  const problems: string[] = [];
  const resolve = resolver(graph);
  const of = new Map<string, string>();
  const bucketKeys = new Set<string>();
  const note = (resource: GraphResource, arn: string, key: unknown) => {
    const found = resolve(key);
    if (found === "unknown") problemsOf(resource, problems)("", `its key ${String(key)} is not of this stack`);
    else if (found !== undefined) of.set(arn, found);
  };
  for (const resource of graph.resources) {
    const key = NAMED_BY[resource.type]?.(resource.inputs);
    note(resource, String(resource.state.arn), key);
  }
  for (const resource of ofType(graph, BUCKET_ENCRYPTION)) {
    const arn = `arn:aws:s3:::${String(resource.inputs.bucket)}`;
    const [rule] = list(resource.inputs.rules);
    note(resource, arn, member(member(rule, "applyServerSideEncryptionByDefault"), "kmsMasterKeyId"));
    if (member(rule, "bucketKeyEnabled") === true) bucketKeys.add(arn);
  }
  let catalog: string | undefined;
  for (const resource of ofType(graph, CATALOG_ENCRYPTION)) {
    const settings = member(resource.inputs.dataCatalogEncryptionSettings, "encryptionAtRest");
    note(resource, "catalog", member(settings, "sseAwsKmsKeyId"));
    catalog = of.get("catalog");
  }
  refuseAll(problems);
  return { of, catalog, bucketKeys };
}

/** By ARN, id or alias; undefined for no key, and for AWS's own. */
function resolver(graph: StackGraph): (key: unknown) => string | "unknown" | undefined {
  const arns = new Map<string, string>();
  for (const { state } of ofType(graph, "aws:kms/key:Key")) {
    for (const name of [state.arn, state.keyId]) arns.set(String(name), String(state.arn));
  }
  for (const { state, inputs } of ofType(graph, "aws:kms/alias:Alias")) {
    const arn = arns.get(String(inputs.targetKeyId));
    if (arn === undefined) continue;
    for (const name of [state.arn, state.name]) arns.set(String(name), arn);
  }
  return (key) => {
    if (key === undefined || key === null || key === "" || String(key).startsWith("alias/aws/")) return undefined;
    return arns.get(String(key)) ?? "unknown";
  };
}

function member(value: unknown, name: string): unknown {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "object" && one !== null ? (one as Record<string, unknown>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
