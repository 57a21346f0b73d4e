import assert from "node:assert/strict";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Archive, type ArchiveArgs } from "../../components/archive.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import {
  ACCESS_LOGS,
  COMMON_STATEMENTS,
  FUNCTION_DEFAULTS,
  KEYS,
  keyStatement,
  queueOverTls,
} from "../support/security.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const TABLE = "aws:dynamodb/table:Table";
const QUEUE = "aws:sqs/queue:Queue";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const names = namesFor("lean-ops", "test");
const settings: ArchiveArgs["settings"] = {
  archive: {
    timeoutSeconds: 40,
    memoryMb: 256,
    batchSize: 20,
    batchWindowSeconds: 1,
    maximumConcurrency: 7,
    visibilityTimeoutSeconds: 120,
  },
  queue: {
    maxReceiveCount: 10,
    retentionDays: 4,
    deadLetterRetentionDays: 14,
    visibilityTimeoutSeconds: 90,
    dataKeyReuseSeconds: 600,
  },
  deletionProtection: true,
};

function archive({ preview = false, deletionProtection = true } = {}) {
  const program = () => {
    new Archive("archive", {
      names,
      settings: { ...settings, deletionProtection },
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      keys: KEYS,
      accessLogs: ACCESS_LOGS,
      deadLetterQueue: new sqs.Queue("dlq", { name: names.deadLetterQueue }),
      errorBucket: new s3.Bucket("errors", { bucket: "lean-ops-test-errors" }),
    });
  };
  return registrations(program, { preview });
}

const DELIVERY_ERRORS_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-delivery-errors";
const TRACKER_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/lean-ops-test-error-tracker";

describe("Archive", () => {
  it("makes a bucket, the tracker, a queue that S3 may tell, two functions and two mappings", async () => {
    const made = namesByType(await archive());
    assert.deepEqual(made[BUCKET], ["archive-bucket", "errors"]);
    assert.deepEqual(made[TABLE], ["archive-error-tracker"]);
    assert.deepEqual(made[QUEUE], ["archive-delivery-errors", "dlq"]);
    assert.deepEqual(made[NOTIFICATION], ["archive-delivery-errors-notification"]);
    assert.deepEqual(made[FUNCTION], ["archive-dlq-processor-function", "archive-error-sweep-function"]);
    assert.deepEqual(made[MAPPING], ["archive-dead-letters", "archive-delivery-errors"]);
    assert.equal("aws:lambda/permission:Permission" in made, false);
  });

  it("keeps what is replaced in the bucket for 90 days, and what is current for ever", async () => {
    const found = await archive();
    const bucket = "lean-ops-test-archive-123456789012";
    assert.deepEqual(inputsOf(found, BUCKET)["archive-bucket"], { bucket, forceDestroy: false });
    const { rules } =
      inputsOf(found, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["archive-lifecycle"] ?? {};
    assert.deepEqual(rules, [
      {
        id: "forget-what-was-replaced",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("makes the tracker with the keys that the functions use, its stream, backups and expiry", async () => {
    assert.deepEqual(inputsOf(await archive(), TABLE)["archive-error-tracker"], {
      name: "lean-ops-test-error-tracker",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "topic",
      rangeKey: "date_message_id",
      attributes: [
        { name: "topic", type: "S" },
        { name: "date_message_id", type: "S" },
      ],
      ttl: { attributeName: "expires_at", enabled: true },
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: KEYS.data },
      deletionProtectionEnabled: true,
    });
  });

  it("lets what holds data be deleted where the settings do", async () => {
    const found = await archive({ deletionProtection: false });
    assert.equal(inputsOf(found, TABLE)["archive-error-tracker"]?.deletionProtectionEnabled, false);
    assert.equal(inputsOf(found, BUCKET)["archive-bucket"]?.forceDestroy, true);
  });

  it("has S3 tell of each error file, from the error bucket of this account alone", async () => {
    const found = await archive();
    const { policy, ...queue } = inputsOf(found, QUEUE)["archive-delivery-errors"] ?? {};
    assert.deepEqual(queue, {
      name: "lean-ops-test-delivery-errors",
      visibilityTimeoutSeconds: 120,
      messageRetentionSeconds: 1_209_600,
      receiveWaitTimeSeconds: 20,
      kmsMasterKeyId: KEYS.messages,
      kmsDataKeyReusePeriodSeconds: 600,
    });
    assert.deepEqual(JSON.parse(policy).Statement, [
      queueOverTls(DELIVERY_ERRORS_ARN),
      {
        Sid: "ToldByErrorBucket",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: DELIVERY_ERRORS_ARN,
        Condition: {
          ArnEquals: { "aws:SourceArn": "arn:aws:s3:::lean-ops-test-errors" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
    assert.deepEqual(inputsOf(found, NOTIFICATION)["archive-delivery-errors-notification"], {
      bucket: "lean-ops-test-errors",
      queues: [{ queueArn: DELIVERY_ERRORS_ARN, events: ["s3:ObjectCreated:*"], filterPrefix: "failed/" }],
    });
  });

  it("maps the dead-letter queue in batches and the error files one by one, with partial responses", async () => {
    const functionName = "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-dlq-processor";
    const common = {
      functionName,
      functionResponseTypes: ["ReportBatchItemFailures"],
      metricsConfig: { metrics: ["EventCount"] },
    };
    assert.deepEqual(inputsOf(await archive(), MAPPING), {
      "archive-dead-letters": {
        ...common,
        eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-dlq",
        batchSize: 20,
        maximumBatchingWindowInSeconds: 1,
        scalingConfig: { maximumConcurrency: 7 },
      },
      "archive-delivery-errors": {
        ...common,
        eventSourceArn: DELIVERY_ERRORS_ARN,
        batchSize: 1,
        maximumBatchingWindowInSeconds: 0,
        scalingConfig: { maximumConcurrency: 2 },
      },
    });
  });

  it("reserves what both mappings may use at once", async () => {
    const inputs = inputsOf(await archive(), FUNCTION)["archive-dlq-processor-function"];
    assert.equal(inputs?.reservedConcurrentExecutions, 9);
    assert.equal(inputs.timeout, 40);
    assert.equal(inputs.memorySize, 256);
  });

  it("tells the dlq-processor where to archive and track", async () => {
    const inputs = inputsOf(await archive(), FUNCTION)["archive-dlq-processor-function"];
    assert.deepEqual(inputs?.environment.variables, {
      ARCHIVE_BUCKET: "lean-ops-test-archive-123456789012",
      TRACKER_TABLE: "lean-ops-test-error-tracker",
      ERROR_BUCKET: "lean-ops-test-errors",
      DELIVERY_ERRORS_QUEUE_ARN: DELIVERY_ERRORS_ARN,
      TOPIC_QUEUE_PREFIX: "lean-ops-test-topic-",
    });
  });

  it("lets the dlq-processor receive, archive, track and clear error files away, and no more", async () => {
    const inputs = inputsOf(await archive(), ROLE_POLICY)["archive-dlq-processor-policy"];
    const statements: { Sid: string }[] = JSON.parse(inputs?.policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "Receive",
          Effect: "Allow",
          Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          Resource: ["arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-dlq", DELIVERY_ERRORS_ARN],
        },
        {
          Sid: "Archive",
          Effect: "Allow",
          Action: ["s3:PutObject", "s3:GetObject"],
          Resource: "arn:aws:s3:::lean-ops-test-archive-123456789012/dlq-archive/*",
        },
        {
          Sid: "Track",
          Effect: "Allow",
          Action: ["dynamodb:UpdateItem", "dynamodb:BatchGetItem"],
          Resource: TRACKER_ARN,
        },
        {
          Sid: "ErrorFiles",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:DeleteObject"],
          Resource: "arn:aws:s3:::lean-ops-test-errors/failed/*",
        },
        {
          Sid: "TellWhatIsMissing",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: ["arn:aws:s3:::lean-ops-test-archive-123456789012", "arn:aws:s3:::lean-ops-test-errors"],
        },
        keyStatement("MessagesKey", "messages", ["Decrypt"], ["sqs"]),
        keyStatement("FilesKey", "data", ["GenerateDataKey", "Decrypt"], ["s3"]),
        keyStatement("TrackerKey", "data", ["Decrypt"], ["dynamodb"]),
      ],
    );
  });

  it("can be previewed", async () => {
    const found = await archive({ preview: true });
    assert.equal(inputsOf(found, TABLE)["archive-error-tracker"]?.hashKey, "topic");
    assert.equal(inputsOf(found, MAPPING)["archive-dead-letters"]?.batchSize, 20);
    assert(pulumi.isUnknown(inputsOf(found, QUEUE)["archive-delivery-errors"]?.policy));
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["archive-dlq-processor-policy"]?.policy));
  });
});
