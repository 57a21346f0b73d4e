import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { bucketOf } from "../common/bucket.ts";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { trackerOf } from "./tracker.ts";

const environment = readEnvironment(
  ["TOPIC_QUEUE_PREFIX", "DELIVERY_ERRORS_QUEUE_ARN", "ARCHIVE_BUCKET", "ERROR_BUCKET", "TRACKER_TABLE"],
  process.env,
);

// The SDK's own brief retries serve here: what still fails comes back with the queue's visibility timeout. Without
// throwOnRequestTimeout it only warns of a request that takes too long.
const client = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, socketTimeout: 3000, throwOnRequestTimeout: true },
};
const s3 = new S3Client(client);

export const handler = createHandler({
  topicQueuePrefix: environment.TOPIC_QUEUE_PREFIX,
  deliveryErrorsQueueArn: environment.DELIVERY_ERRORS_QUEUE_ARN,
  archive: bucketOf(s3, environment.ARCHIVE_BUCKET),
  errors: bucketOf(s3, environment.ERROR_BUCKET),
  tracker: trackerOf(new DynamoDBClient(client), environment.TRACKER_TABLE, Date.now),
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});
