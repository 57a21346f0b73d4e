import assert from "node:assert/strict";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as kinesis from "@pulumi/aws/kinesis/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Replay } from "../../components/replay.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement, queueOverTls } from "../support/security.ts";

const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const TRACKER_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/lean-ops-test-error-tracker";
const STREAM_ARN = `${TRACKER_ARN}/stream/2026-01-01T00:00:00.000`;
const FAILURES_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-replay-failures";

const queue = {
  maxReceiveCount: 10,
  retentionDays: 4,
  deadLetterRetentionDays: 14,
  visibilityTimeoutSeconds: 90,
  dataKeyReuseSeconds: 600,
};

function replay(preview = false) {
  const names = namesFor("lean-ops", "test");
  const program = () => {
    new Replay("replay", {
      names,
      settings: { queue },
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      keys: KEYS,
      archiveBucket: new s3.Bucket("archive", { bucket: "lean-ops-test-archive" }),
      errorTracker: new dynamodb.Table("tracker", { name: names.errorTracker, streamEnabled: true }),
      topicQueueUrlPrefix: "https://queues.test/123456789012/lean-ops-test-topic-",
      deliveryStream: new kinesis.FirehoseDeliveryStream("stream", {
        name: names.deliveryStream,
        destination: "iceberg",
      }),
    });
  };
  return registrations(program, { preview });
}

describe("Replay", () => {
  it("makes the replay function, its mapping and the queue of what it gave up, and nothing else", async () => {
    const {
      "aws:s3/bucket:Bucket": _bucket,
      "aws:dynamodb/table:Table": _table,
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _stream,
      ...made
    } = namesByType(await replay());
    assert.deepEqual(made, {
      "aws:cloudwatch/logGroup:LogGroup": ["replay-logs"],
      "aws:iam/role:Role": ["replay-role"],
      [ROLE_POLICY]: ["replay-policy"],
      [MAPPING]: ["replay"],
      [FUNCTION]: ["replay-function"],
      [QUEUE]: ["replay-failures"],
      "lean-ops:index:HardenedFunction": ["replay"],
      "lean-ops:index:Replay": ["replay"],
    });
  });

  it("takes the requests from the tracker's stream, misses none, and gives up what cannot be done", async () => {
    const { filterCriteria, ...inputs } = inputsOf(await replay(), MAPPING).replay ?? {};
    assert.deepEqual(inputs, {
      eventSourceArn: STREAM_ARN,
      functionName: "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-replay",
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 100,
      maximumRecordAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destinationArn: FAILURES_ARN } },
      metricsConfig: { metrics: ["EventCount"] },
    });
    assert.deepEqual(
      filterCriteria.filters.map(({ pattern }: { pattern: string }) => JSON.parse(pattern)),
      [{ dynamodb: { NewImage: { status: { S: ["REPLAY_REQUESTED"] } } } }],
    );
  });

  it("keeps what it gave up for as long as SQS can", async () => {
    const { policy, ...inputs } = inputsOf(await replay(), QUEUE)["replay-failures"] ?? {};
    assert.deepEqual(JSON.parse(policy).Statement, [queueOverTls(FAILURES_ARN)]);
    assert.deepEqual(inputs, {
      name: "lean-ops-test-replay-failures",
      messageRetentionSeconds: 1_209_600,
      receiveWaitTimeSeconds: 20,
      kmsMasterKeyId: KEYS.messages,
      kmsDataKeyReusePeriodSeconds: 600,
    });
  });

  it("tells the function where messages are and where they go back to", async () => {
    const inputs = inputsOf(await replay(), FUNCTION)["replay-function"];
    assert.deepEqual(inputs?.environment.variables, {
      ARCHIVE_BUCKET: "lean-ops-test-archive",
      TRACKER_TABLE: "lean-ops-test-error-tracker",
      TOPIC_QUEUE_URL_PREFIX: "https://queues.test/123456789012/lean-ops-test-topic-",
      DELIVERY_STREAM: "lean-ops-test-events",
    });
    assert.equal("reservedConcurrentExecutions" in inputs, false);
  });

  it("lets the function read requests and archive, send, mark and say what it gave up, and no more", async () => {
    const inputs = inputsOf(await replay(), ROLE_POLICY)["replay-policy"];
    const statements: { Sid: string }[] = JSON.parse(inputs?.policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "ReadRequests",
          Effect: "Allow",
          Action: [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
          ],
          Resource: STREAM_ARN,
        },
        {
          Sid: "Track",
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
          Resource: TRACKER_ARN,
        },
        {
          Sid: "ReadArchive",
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::lean-ops-test-archive/dlq-archive/*",
        },
        {
          Sid: "TellWhatIsMissing",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::lean-ops-test-archive",
        },
        {
          Sid: "BackToTopics",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-*",
        },
        {
          Sid: "BackToDelivery",
          Effect: "Allow",
          Action: "firehose:PutRecord",
          Resource: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lean-ops-test-events",
        },
        { Sid: "TellOfFailures", Effect: "Allow", Action: "sqs:SendMessage", Resource: FAILURES_ARN },
        keyStatement("DataKey", "data", ["Decrypt"], ["s3", "dynamodb"]),
        keyStatement("MessagesKey", "messages", ["GenerateDataKey", "Decrypt"], ["sqs"]),
      ],
    );
  });

  it("can be previewed", async () => {
    const found = await replay(true);
    assert.equal(inputsOf(found, MAPPING).replay?.startingPosition, "TRIM_HORIZON");
    assert(pulumi.isUnknown(inputsOf(found, MAPPING).replay?.eventSourceArn));
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["replay-policy"]?.policy));
  });
});
