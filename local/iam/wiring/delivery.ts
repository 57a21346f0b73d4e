import { type GraphResource, ofType, type StackGraph } from "../../graph/types.ts";
import { catalogAsks } from "../asks/glue.ts";
import { type TableFiles, tableFilesOf } from "./table-files.ts";
import { role, service, type WiredCall, wired } from "./wired-call.ts";

const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

/**
 * What Firehose does for a stream to Iceberg tables with its role. Which call needs which right AWS does not say; the
 * rights that it asks for in all are those of its page
 * (https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-iceberg).
 */
const TABLE_ACTIONS = ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"];
const BUCKET_ACTIONS = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const OBJECT_ACTIONS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const FILE_ACTIONS = [...OBJECT_ACTIONS, "s3:DeleteObject"];
const INVOKE_ACTIONS = ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"];

export function deliveryCalls(graph: StackGraph): WiredCall[] {
  const tables = tableFilesOf(graph, "raw");
  return ofType(graph, STREAM).flatMap((resource) => callsFor(resource, graph, tables));
}

type Inputs = Record<string, unknown>;

function callsFor(
  { urn, inputs, state }: GraphResource,
  graph: StackGraph,
  tables: readonly TableFiles[],
): WiredCall[] {
  const iceberg = (inputs.icebergConfiguration ?? {}) as Inputs;
  const s3 = (iceberg.s3Configuration ?? {}) as Inputs;
  const name = String(state.name);
  const delivers = role(iceberg.roleArn, name);
  const reports = role(s3.roleArn, name);
  const call = (action: string, resource: string, caller = delivers) => wired(urn, caller, action, resource);
  const all = (actions: readonly string[], resource: string, caller = delivers) =>
    actions.map((action) => call(action, resource, caller));
  const errorBucket = String(s3.bucketArn);
  // The prefix is text up to the first of Firehose's own expressions.
  const errorFile = `${errorBucket}/${String(s3.errorOutputPrefix ?? "").replace(/!\{.*$/s, "")}iceberg-failed/file`;
  const roles = new Set([iceberg.roleArn, s3.roleArn].map(String));
  return [
    ...[...roles].map((arn) => wired(urn, service("firehose.amazonaws.com"), "sts:AssumeRole", arn)),
    ...tables.flatMap(({ database, table, bucketArn, objectArn }) => [
      ...TABLE_ACTIONS.flatMap((action) => catalogAsks(action, graph, database, table)).map(({ action, resource }) =>
        call(action, resource),
      ),
      ...all(BUCKET_ACTIONS, bucketArn),
      ...all(FILE_ACTIONS, objectArn),
    ]),
    ...all(BUCKET_ACTIONS, errorBucket, reports),
    ...all(OBJECT_ACTIONS, errorFile, reports),
    ...transforms(iceberg).flatMap((arn) => all(INVOKE_ACTIONS, arn)),
    ...logStreams(iceberg, graph).map((arn) => call("logs:PutLogEvents", arn)),
    ...logStreams(s3, graph).map((arn) => call("logs:PutLogEvents", arn, reports)),
  ];
}

function transforms(iceberg: Inputs): string[] {
  const { processors = [] } = (iceberg.processingConfiguration ?? {}) as { processors?: Inputs[] };
  return processors
    .flatMap(({ parameters }) => parameters as { parameterName: string; parameterValue: string }[])
    .filter(({ parameterName }) => parameterName === "LambdaArn")
    .map(({ parameterValue }) => parameterValue);
}

function logStreams({ cloudwatchLoggingOptions }: Inputs, { region, account }: StackGraph): string[] {
  const { enabled, logGroupName, logStreamName } = (cloudwatchLoggingOptions ?? {}) as Inputs;
  const arn = `arn:aws:logs:${region}:${account}:log-group:${String(logGroupName)}:log-stream:${String(logStreamName)}`;
  return enabled === true ? [arn] : [];
}
