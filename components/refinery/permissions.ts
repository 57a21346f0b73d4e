import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { RUNS_PREFIX } from "../../functions/refinery-plan/plan-item.ts";
import type { Names } from "../../settings/names.ts";
import type { Lake } from "../lake.ts";
import { DECRYPT, deliveredLogs, ENCRYPT, keyUse, type Placement } from "../policy.ts";
import { ANSWERS_PREFIX } from "../query-workgroup.ts";

export interface MachinePermissionsArgs {
  names: Names;
  placement: Placement;
  dataKey: pulumi.Input<string>;
  lake: Pick<Lake, "bucket" | "databases" | "queries" | "progress">;
  functions: readonly lambda.Function[];
  logGroup: cloudwatch.LogGroup;
}

/** What the refinery's machine may do, and Athena for it: a query runs with the rights of whoever starts it. */
export function machineStatements(args: MachinePermissionsArgs): PolicyStatement[] {
  return [
    {
      Sid: "CallFunctions",
      Effect: "Allow",
      Action: "lambda:InvokeFunction",
      Resource: args.functions.map(({ arn }) => arn),
    },
    {
      Sid: "Lock",
      Effect: "Allow",
      Action: ["dynamodb:PutItem", "dynamodb:DeleteItem"],
      Resource: args.lake.progress.arn,
    },
    keyUse({ sid: "LockKey", key: args.dataKey, actions: DECRYPT, via: ["dynamodb"] }, args.placement),
    ...mapStatements(args),
    ...queryStatements(args),
    ...tableStatements(args),
    keyUse({ sid: "FilesKey", key: args.dataKey, actions: ENCRYPT, via: ["s3"] }, args.placement),
    ...machineKeyStatements(args),
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${args.logGroup.arn}:*`,
    },
    {
      // Deliveries of logs have no resources to narrow this to:
      // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
      Sid: "Logs",
      Effect: "Allow",
      Action: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      Resource: "*",
    },
    {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
      Sid: "Traces",
      Effect: "Allow",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
      Resource: "*",
    },
  ];
}

/**
 * The key of the machine's executions, for which Step Functions calls KMS as the role itself. By the encryption context
 * and not by the service that calls: a condition on `kms:ViaService` "can prevent a new execution from starting"
 * (https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html). Whether the context of a Map's children
 * names their Map besides is not said [?]: both are admitted.
 */
function machineKeyStatements({ names, placement, dataKey }: MachinePermissionsArgs): PolicyStatement[] {
  const { account, region } = placement;
  const machine = pulumi.interpolate`arn:aws:states:${region}:${account}:stateMachine:${names.refineryMachine}`;
  return [
    {
      Sid: "MachineKey",
      Effect: "Allow",
      Action: ENCRYPT,
      Resource: dataKey,
      Condition: {
        StringLike: { "kms:EncryptionContext:aws:states:stateMachineArn": [machine, pulumi.interpolate`${machine}/*`] },
      },
    },
    {
      // What the machine logs reaches CloudWatch Logs encrypted; the key's own policy lets its delivery read it.
      Sid: "LogsKey",
      Effect: "Allow",
      Action: "kms:GenerateDataKey",
      Resource: dataKey,
      Condition: deliveredLogs(placement),
    },
  ];
}

/** A distributed Map starts executions of its own machine: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
function mapStatements({ names, placement: { account, region }, lake }: MachinePermissionsArgs): PolicyStatement[] {
  const states = pulumi.interpolate`arn:aws:states:${region}:${account}`;
  return [
    {
      Sid: "StartTopics",
      Effect: "Allow",
      Action: "states:StartExecution",
      Resource: pulumi.interpolate`${states}:stateMachine:${names.refineryMachine}`,
    },
    {
      Sid: "WatchTopics",
      Effect: "Allow",
      Action: ["states:DescribeExecution", "states:StopExecution"],
      Resource: pulumi.interpolate`${states}:execution:${names.refineryMachine}/*`,
    },
    {
      Sid: "RunFiles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
      Resource: pulumi.interpolate`${lake.queries.bucket.arn}/${RUNS_PREFIX}*`,
    },
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html */
function queryStatements({ names, placement: { account, region }, lake }: MachinePermissionsArgs): PolicyStatement[] {
  const athena = pulumi.interpolate`arn:aws:athena:${region}:${account}`;
  const { bucket } = lake.queries;
  return [
    {
      Sid: "Query",
      Effect: "Allow",
      Action: [
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
      ],
      Resource: pulumi.interpolate`${athena}:workgroup/${names.workgroup}`,
    },
    {
      Sid: "Catalog",
      Effect: "Allow",
      Action: "athena:GetDataCatalog",
      Resource: pulumi.interpolate`${athena}:datacatalog/AwsDataCatalog`,
    },
    {
      Sid: "Answers",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
      Resource: pulumi.interpolate`${bucket.arn}/${ANSWERS_PREFIX}*`,
    },
    {
      Sid: "Buckets",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: [bucket.arn, lake.bucket.arn],
    },
  ];
}

/** RAW is read; CURATED and SEMANTIC are written to, and views are made. */
function tableStatements({ placement: { account, region }, lake }: MachinePermissionsArgs): PolicyStatement[] {
  const { raw, curated, semantic } = lake.databases;
  const glue = pulumi.interpolate`arn:aws:glue:${region}:${account}`;
  const arns = (databases: readonly { arn: pulumi.Output<string>; name: pulumi.Output<string> }[]) => [
    pulumi.interpolate`${glue}:catalog`,
    ...databases.flatMap(({ arn, name }) => [arn, pulumi.interpolate`${glue}:table/${name}/*`]),
  ];
  return [
    {
      Sid: "ReadTables",
      Effect: "Allow",
      Action: ["glue:GetDatabase", "glue:GetTable"],
      Resource: [
        ...arns([raw, curated, semantic]),
        // Athena asks for it whatever the query: https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
        pulumi.interpolate`${glue}:database/default`,
      ],
    },
    { Sid: "CommitTables", Effect: "Allow", Action: "glue:UpdateTable", Resource: arns([curated, semantic]) },
    { Sid: "MakeViews", Effect: "Allow", Action: "glue:CreateTable", Resource: arns([semantic]) },
    {
      Sid: "ReadRaw",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${lake.bucket.arn}/raw/*`,
    },
    {
      Sid: "RefinedFiles",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
      ],
      Resource: ["curated", "semantic"].map((layer) => pulumi.interpolate`${lake.bucket.arn}/${layer}/*`),
    },
  ];
}
