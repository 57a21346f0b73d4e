import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirehoseClient, PutRecordCommand } from "@aws-sdk/client-firehose";
import { S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { bucketOf } from "../common/bucket.ts";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { trackerOf } from "./tracker.ts";

const environment = readEnvironment(
  ["ARCHIVE_BUCKET", "TRACKER_TABLE", "TOPIC_QUEUE_URL_PREFIX", "DELIVERY_STREAM"],
  process.env,
);

// The SDK's own brief retries serve here: what still fails is reported, and Lambda repeats it. Without
// throwOnRequestTimeout it only warns of a request that takes too long.
const client = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, socketTimeout: 3000, throwOnRequestTimeout: true },
};
const sqs = new SQSClient(client);
const firehose = new FirehoseClient(client);

export const handler = createHandler({
  archive: bucketOf(new S3Client(client), environment.ARCHIVE_BUCKET),
  tracker: trackerOf(new DynamoDBClient(client), environment.TRACKER_TABLE, Date.now),
  clients: {
    sendMessage: (topic, MessageBody, MessageAttributes, abortSignal) => {
      const QueueUrl = environment.TOPIC_QUEUE_URL_PREFIX + topic;
      return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }), { abortSignal });
    },
    putRecord: (Data, abortSignal) => {
      const command = new PutRecordCommand({ DeliveryStreamName: environment.DELIVERY_STREAM, Record: { Data } });
      return firehose.send(command, { abortSignal });
    },
  },
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});
