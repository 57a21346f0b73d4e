import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ARCHIVE_PREFIX } from "../functions/common/archive.ts";
import { ERROR_FILES_PREFIX } from "../functions/common/error-notification.ts";
import { TRACKER_KEYS, TRACKER_TTL_DAYS } from "../functions/common/error-tracker.ts";
import type { Names } from "../settings/names.ts";
import { archiveConcurrency, DELIVERY_ERRORS_CONCURRENCY, type Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import type { Keys } from "./encryption.ts";
import { ErrorSweep } from "./error-sweep.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { DECRYPT, ENCRYPT, keyUse, type Placement, tellsWhatIsMissing } from "./policy.ts";
import { LONGEST_RETENTION_SECONDS, queueBase } from "./queue.ts";
import { queueMapping } from "./queue-mapping.ts";

export interface ArchiveArgs {
  names: Names;
  settings: Pick<Settings, "archive" | "queue" | "deletionProtection">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  keys: Pick<Keys, "messages" | "data">;
  accessLogs: AccessLogTarget;
  deadLetterQueue: sqs.Queue;
  /** Where the delivery stream puts what it cannot deliver. */
  errorBucket: s3.Bucket;
}

/** For as long as the tracker speaks of a message. */
const NONCURRENT_DAYS = TRACKER_TTL_DAYS;

/** Keeps what could not be processed or delivered, and says of each message where it is and what became of it. */
export class Archive extends pulumi.ComponentResource {
  /** Nothing that is current here ever expires. */
  readonly bucket: s3.Bucket;
  readonly errorTracker: dynamodb.Table;
  readonly processor: HardenedFunction;
  /** S3 tells here of each file of undelivered rows. */
  readonly deliveryErrorsQueue: sqs.Queue;
  readonly mappings: readonly lambda.EventSourceMapping[];
  readonly sweep: ErrorSweep;

  constructor(name: string, args: ArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Archive", name, {}, opts);
    const { names, settings, placement, keys, deadLetterQueue, errorBucket } = args;
    const { archive } = settings;

    this.bucket = new HardenedBucket(
      name,
      {
        bucketName: pulumi.output(placement.account).apply(names.archiveBucket),
        key: keys.data,
        accessLogs: args.accessLogs,
        noncurrentDays: NONCURRENT_DAYS,
        protect: settings.deletionProtection,
      },
      { parent: this },
    ).bucket;

    this.errorTracker = new dynamodb.Table(
      `${name}-error-tracker`,
      {
        name: names.errorTracker,
        billingMode: "PAY_PER_REQUEST",
        hashKey: TRACKER_KEYS.hash,
        rangeKey: TRACKER_KEYS.range,
        attributes: [
          { name: TRACKER_KEYS.hash, type: "S" },
          { name: TRACKER_KEYS.range, type: "S" },
        ],
        ttl: { attributeName: TRACKER_KEYS.ttl, enabled: true },
        streamEnabled: true,
        streamViewType: "NEW_AND_OLD_IMAGES",
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keys.data },
        deletionProtectionEnabled: settings.deletionProtection,
      },
      { parent: this, protect: settings.deletionProtection, retainOnDelete: settings.deletionProtection },
    );

    this.deliveryErrorsQueue = deliveryErrorsQueue(name, args, this);

    this.processor = new HardenedFunction(
      `${name}-dlq-processor`,
      {
        ...args.functionDefaults,
        functionName: names.functionName("dlq-processor"),
        description: "Archives and tracks dead letters, and rows that could not be delivered",
        code: bundle("functions/dlq-processor/index.ts"),
        timeoutSeconds: archive.timeoutSeconds,
        memoryMb: archive.memoryMb,
        reservedConcurrency: archiveConcurrency(settings),
        environment: {
          ARCHIVE_BUCKET: this.bucket.bucket,
          TRACKER_TABLE: this.errorTracker.name,
          ERROR_BUCKET: errorBucket.bucket,
          DELIVERY_ERRORS_QUEUE_ARN: this.deliveryErrorsQueue.arn,
          TOPIC_QUEUE_PREFIX: names.topicQueuePrefix,
        },
        statements: [
          {
            Sid: "Receive",
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            Resource: [deadLetterQueue.arn, this.deliveryErrorsQueue.arn],
          },
          {
            Sid: "Archive",
            Effect: "Allow",
            // A message that says it is a replay is compared with what is archived under its name.
            Action: ["s3:PutObject", "s3:GetObject"],
            Resource: pulumi.interpolate`${this.bucket.arn}/${ARCHIVE_PREFIX}*`,
          },
          {
            Sid: "Track",
            Effect: "Allow",
            Action: ["dynamodb:UpdateItem", "dynamodb:BatchGetItem"],
            Resource: this.errorTracker.arn,
          },
          {
            Sid: "ErrorFiles",
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:DeleteObject"],
            Resource: pulumi.interpolate`${errorBucket.arn}/${ERROR_FILES_PREFIX}*`,
          },
          // A file may have been dealt with before, and a replay's object need not be there.
          tellsWhatIsMissing([this.bucket.arn, errorBucket.arn]),
          keyUse({ sid: "MessagesKey", key: keys.messages, actions: DECRYPT, via: ["sqs"] }, placement),
          keyUse({ sid: "FilesKey", key: keys.data, actions: ENCRYPT, via: ["s3"] }, placement),
          keyUse({ sid: "TrackerKey", key: keys.data, actions: DECRYPT, via: ["dynamodb"] }, placement),
        ],
      },
      { parent: this },
    );

    this.mappings = [
      queueMapping(
        `${name}-dead-letters`,
        {
          queue: deadLetterQueue,
          function: this.processor.function,
          batchSize: archive.batchSize,
          batchWindowSeconds: archive.batchWindowSeconds,
          maximumConcurrency: archive.maximumConcurrency,
          countsEvents: true,
        },
        this,
      ),
      queueMapping(
        `${name}-delivery-errors`,
        {
          queue: this.deliveryErrorsQueue,
          function: this.processor.function,
          // A message is a whole file of rows.
          batchSize: 1,
          batchWindowSeconds: 0,
          maximumConcurrency: DELIVERY_ERRORS_CONCURRENCY,
          countsEvents: true,
        },
        this,
      ),
    ];

    this.sweep = new ErrorSweep(
      `${name}-error-sweep`,
      {
        names,
        placement,
        functionDefaults: args.functionDefaults,
        messagesKey: keys.messages,
        errorBucket,
        deliveryErrorsQueue: this.deliveryErrorsQueue,
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}

/**
 * The queue to which S3 tells of each error file. It has no dead-letter queue of its own: a file stays in the bucket
 * until its rows are archived, and the error-sweep tells of it again.
 */
function deliveryErrorsQueue(name: string, args: ArchiveArgs, parent: pulumi.Resource): sqs.Queue {
  const { names, settings, placement, errorBucket } = args;
  const queue = new sqs.Queue(
    `${name}-delivery-errors`,
    {
      ...queueBase({
        name: names.deliveryErrorsQueue,
        key: args.keys.messages,
        settings,
        placement,
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
        senders: (queueArn) => [
          {
            Sid: "ToldByErrorBucket",
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: {
              ArnEquals: { "aws:SourceArn": errorBucket.arn },
              StringEquals: { "aws:SourceAccount": placement.account },
            },
          },
        ],
      }),
      visibilityTimeoutSeconds: settings.archive.visibilityTimeoutSeconds,
      messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
    },
    { parent },
  );
  new s3.BucketNotification(
    `${name}-delivery-errors-notification`,
    {
      bucket: errorBucket.bucket,
      queues: [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: ERROR_FILES_PREFIX }],
    },
    { parent },
  );
  return queue;
}
