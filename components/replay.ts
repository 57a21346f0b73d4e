import type * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type * as kinesis from "@pulumi/aws/kinesis/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ARCHIVE_PREFIX } from "../functions/common/archive.ts";
import type { TrackerStatus } from "../functions/common/error-tracker.ts";
import { REPLAY_REQUEST_SECONDS } from "../functions/common/replay.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import type { Keys } from "./encryption.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { DECRYPT, ENCRYPT, keyUse, type Placement, tellsWhatIsMissing, topicQueueArns } from "./policy.ts";
import { LONGEST_RETENTION_SECONDS, queueBase } from "./queue.ts";

export interface ReplayArgs {
  names: Names;
  settings: Pick<Settings, "queue">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  keys: Pick<Keys, "messages" | "data">;
  archiveBucket: s3.Bucket;
  errorTracker: dynamodb.Table;
  topicQueueUrlPrefix: pulumi.Input<string>;
  deliveryStream: kinesis.FirehoseDeliveryStream;
}

const REQUESTED: TrackerStatus = "REPLAY_REQUESTED";

/** Ends what crashes the function each time; an outage ends sooner, or with the request's age. */
const MAXIMUM_RETRY_ATTEMPTS = 100;

/** Puts archived messages back on their way when an operator marks their tracker items. */
export class Replay extends pulumi.ComponentResource {
  readonly replayer: HardenedFunction;
  /** Where Lambda tells of requests that it gave up; their items are still marked, so that they can be marked again. */
  readonly failuresQueue: sqs.Queue;
  readonly mapping: lambda.EventSourceMapping;

  constructor(name: string, args: ReplayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Replay", name, {}, opts);
    const { names, settings, placement, keys, archiveBucket, errorTracker, deliveryStream } = args;

    this.failuresQueue = new sqs.Queue(
      `${name}-failures`,
      {
        ...queueBase({ name: names.replayFailuresQueue, key: keys.messages, settings, placement }),
        messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
      },
      { parent: this },
    );

    this.replayer = new HardenedFunction(
      name,
      {
        ...args.functionDefaults,
        functionName: names.functionName("replay"),
        description: "Puts archived messages back on their way, as operators ask for them",
        code: bundle("functions/replay/index.ts"),
        timeoutSeconds: 30,
        memoryMb: 512,
        environment: {
          ARCHIVE_BUCKET: archiveBucket.bucket,
          TRACKER_TABLE: errorTracker.name,
          TOPIC_QUEUE_URL_PREFIX: args.topicQueueUrlPrefix,
          DELIVERY_STREAM: deliveryStream.name,
        },
        statements: [
          {
            // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
            Sid: "ReadRequests",
            Effect: "Allow",
            Action: [
              "dynamodb:DescribeStream",
              "dynamodb:GetRecords",
              "dynamodb:GetShardIterator",
              "dynamodb:ListStreams",
            ],
            Resource: errorTracker.streamArn,
          },
          {
            Sid: "Track",
            Effect: "Allow",
            Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
            Resource: errorTracker.arn,
          },
          {
            Sid: "ReadArchive",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: pulumi.interpolate`${archiveBucket.arn}/${ARCHIVE_PREFIX}*`,
          },
          tellsWhatIsMissing(archiveBucket.arn),
          {
            Sid: "BackToTopics",
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Resource: topicQueueArns(names, placement),
          },
          { Sid: "BackToDelivery", Effect: "Allow", Action: "firehose:PutRecord", Resource: deliveryStream.arn },
          { Sid: "TellOfFailures", Effect: "Allow", Action: "sqs:SendMessage", Resource: this.failuresQueue.arn },
          keyUse({ sid: "DataKey", key: keys.data, actions: DECRYPT, via: ["s3", "dynamodb"] }, placement),
          keyUse({ sid: "MessagesKey", key: keys.messages, actions: ENCRYPT, via: ["sqs"] }, placement),
        ],
      },
      { parent: this },
    );

    this.mapping = new lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: errorTracker.streamArn,
        functionName: this.replayer.function.arn,
        // A new mapping takes minutes before it polls, and from LATEST it would miss what happens meanwhile. One that
        // is made again sees requests again; those that were fulfilled are no longer marked, and send nothing.
        startingPosition: "TRIM_HORIZON",
        filterCriteria: {
          filters: [{ pattern: JSON.stringify({ dynamodb: { NewImage: { status: { S: [REQUESTED] } } } }) }],
        },
        batchSize: 100,
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: MAXIMUM_RETRY_ATTEMPTS,
        maximumRecordAgeInSeconds: REPLAY_REQUEST_SECONDS,
        destinationConfig: { onFailure: { destinationArn: this.failuresQueue.arn } },
        metricsConfig: { metrics: ["EventCount"] },
      },
      // The provider takes a missing `enabled` for true: `pulumi up` would start a replay that was stopped.
      { parent: this, ignoreChanges: ["enabled"] },
    );

    this.registerOutputs();
  }
}
