import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as glue from "@pulumi/aws/glue/index.js";
import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import type * as iam from "@pulumi/aws/iam/index.js";
import * as kinesis from "@pulumi/aws/kinesis/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ERROR_FILES_PREFIX } from "../functions/common/error-notification.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import type { Keys } from "./encryption.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { ENCRYPT, keyUse, type Placement, trustOf } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

export interface DeliveryArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "delivery" | "logs" | "deletionProtection">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  /** Of data, and of logs. */
  keys: Pick<Keys, "data" | "operations">;
  accessLogs: AccessLogTarget;
  lakeBucket: s3.Bucket;
  rawDatabase: glue.CatalogDatabase;
  /** By topic. */
  rawTables: Readonly<Record<string, glue.CatalogTable>>;
}

/** Time to have an error file back that was deleted before its rows were dealt with. */
const NONCURRENT_DAYS = 30;

/** Firehose's own defaults, which the provider does not keep in its state: named, they would be a change each time. */
const DEFAULT_TRANSFORM_BUFFER = { BufferSizeInMBs: 1, BufferIntervalInSeconds: 60 };

/** The delivery stream from the sqs-processor to the RAW tables, and the function that tells it which row goes where. */
export class Delivery extends pulumi.ComponentResource {
  readonly transform: HardenedFunction;
  /** Where rows go that cannot be delivered: the only copy, so that nothing here ever expires. */
  readonly errorBucket: s3.Bucket;
  readonly role: iam.Role;
  readonly stream: kinesis.FirehoseDeliveryStream;

  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Delivery", name, {}, opts);
    const { names, settings, placement, rawTables } = args;
    const { delivery, deletionProtection } = settings;

    this.transform = new HardenedFunction(
      `${name}-firehose-transform`,
      {
        ...args.functionDefaults,
        functionName: names.functionName("firehose-transform"),
        description: "Tells the delivery stream the RAW table of each row",
        code: bundle("functions/firehose-transform/index.ts", {
          extraFiles: { "topics.json": tablesByTopic(names, settings) },
        }),
        timeoutSeconds: delivery.transform.timeoutSeconds,
        memoryMb: delivery.transform.memoryMb,
        environment: { RAW_DATABASE: args.rawDatabase.name },
        statements: [],
      },
      { parent: this },
    );

    this.errorBucket = new HardenedBucket(
      `${name}-errors`,
      {
        bucketName: pulumi.output(placement.account).apply(names.errorBucket),
        key: args.keys.data,
        accessLogs: args.accessLogs,
        noncurrentDays: NONCURRENT_DAYS,
        protect: deletionProtection,
      },
      { parent: this },
    ).bucket;

    const logGroup = new cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/aws/kinesisfirehose/${names.deliveryStream}`,
        retentionInDays: settings.logs.retentionDays,
        kmsKeyId: args.keys.operations,
      },
      { parent: this },
    );
    const logStream = new cloudwatch.LogStream(
      `${name}-log-stream`,
      { name: "DestinationDelivery", logGroupName: logGroup.name },
      { parent: this },
    );
    const cloudwatchLoggingOptions = { enabled: true, logGroupName: logGroup.name, logStreamName: logStream.name };

    // AWS asks for no condition on the account here, and does not say which it would meet [?]; only who may pass roles
    // in this account can hand this one to a stream
    // (https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role).
    const transformArn = pulumi.interpolate`${this.transform.function.arn}:$LATEST`;
    const { role, policy } = serviceRole(
      name,
      {
        roleName: names.deliveryRole,
        trust: trustOf("firehose.amazonaws.com"),
        statements: permissions(args, {
          errorBucket: this.errorBucket,
          transformArn,
          logStreamArn: pulumi.interpolate`${logGroup.arn}:log-stream:${logStream.name}`,
        }),
        placement,
      },
      this,
    );
    this.role = role;

    const buffering = { bufferingInterval: delivery.bufferSeconds, bufferingSize: delivery.bufferMb };
    this.stream = new kinesis.FirehoseDeliveryStream(
      `${name}-stream`,
      {
        name: names.deliveryStream,
        destination: "iceberg",
        // By a grant that Firehose has of whoever makes the stream: neither its role nor who puts records needs the key
        // for it (https://docs.aws.amazon.com/firehose/latest/dev/encryption.html).
        serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: args.keys.data },
        icebergConfiguration: {
          // Lets the stream scale by itself, and can be chosen only now:
          // https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-considerations.html
          appendOnly: true,
          // Firehose delivers to Iceberg in the standard partition alone, so that ARNs need no other.
          catalogArn: pulumi.interpolate`arn:aws:glue:${placement.region}:${placement.account}:catalog`,
          roleArn: this.role.arn,
          ...buffering,
          retryDuration: delivery.retrySeconds,
          s3BackupMode: "FailedDataOnly",
          cloudwatchLoggingOptions,
          processingConfiguration: {
            enabled: true,
            processors: [{ type: "Lambda", parameters: transformParameters(transformArn, delivery.transform) }],
          },
          s3Configuration: {
            roleArn: this.role.arn,
            bucketArn: this.errorBucket.arn,
            // https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
            errorOutputPrefix: `${ERROR_FILES_PREFIX}!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/`,
            ...buffering,
            cloudwatchLoggingOptions,
          },
        },
      },
      // Firehose tries its role, and looks for the tables, when the stream is made.
      { parent: this, dependsOn: [policy, ...Object.values(rawTables)] },
    );

    this.registerOutputs();
  }
}

/** The topics that may pass, with their tables: too long for the environment's 4 KB at 1,000 topics. */
function tablesByTopic(names: Names, { topics }: DeliveryArgs["settings"]): string {
  return JSON.stringify(Object.fromEntries(Object.keys(topics).map((topic) => [topic, names.table(topic)])));
}

function transformParameters(
  arn: pulumi.Output<string>,
  { bufferMb, bufferSeconds }: { bufferMb: number; bufferSeconds: number },
) {
  const hints = Object.entries({ BufferSizeInMBs: bufferMb, BufferIntervalInSeconds: bufferSeconds })
    .filter(([name, value]) => value !== DEFAULT_TRANSFORM_BUFFER[name as keyof typeof DEFAULT_TRANSFORM_BUFFER])
    .map(([parameterName, value]) => ({ parameterName, parameterValue: String(value) }));
  return [{ parameterName: "LambdaArn", parameterValue: arn }, ...hints];
}

/** As https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-iceberg, narrowed to this stack. */
function permissions(
  { placement, keys, lakeBucket, rawDatabase }: DeliveryArgs,
  made: { errorBucket: s3.Bucket; transformArn: pulumi.Output<string>; logStreamArn: pulumi.Output<string> },
): PolicyStatement[] {
  const { account, region } = placement;
  const glueArn = pulumi.interpolate`arn:aws:glue:${region}:${account}`;
  const objectActions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
  return [
    {
      Sid: "RawTables",
      Effect: "Allow",
      Action: ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"],
      Resource: [
        pulumi.interpolate`${glueArn}:catalog`,
        rawDatabase.arn,
        pulumi.interpolate`${glueArn}:table/${rawDatabase.name}/*`,
      ],
    },
    {
      Sid: "Buckets",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: [lakeBucket.arn, made.errorBucket.arn],
    },
    {
      Sid: "TableFiles",
      Effect: "Allow",
      Action: [...objectActions, "s3:DeleteObject"],
      Resource: pulumi.interpolate`${lakeBucket.arn}/raw/*`,
    },
    {
      Sid: "ErrorFiles",
      Effect: "Allow",
      Action: objectActions,
      Resource: pulumi.interpolate`${made.errorBucket.arn}/*`,
    },
    {
      Sid: "Transform",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
      Resource: made.transformArn,
    },
    keyUse({ sid: "FilesKey", key: keys.data, actions: ENCRYPT, via: ["s3"] }, placement),
    { Sid: "Logs", Effect: "Allow", Action: "logs:PutLogEvents", Resource: made.logStreamArn },
  ];
}
