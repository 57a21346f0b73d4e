import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { ERROR_FILES_PREFIX } from "../common/error-notification.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";

const environment = readEnvironment(["ERROR_BUCKET", "DELIVERY_ERRORS_QUEUE_URL"], process.env);

// Without throwOnRequestTimeout the SDK only warns of a request that takes too long.
const client = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, socketTimeout: 3000, throwOnRequestTimeout: true },
};
const s3 = new S3Client(client);
const sqs = new SQSClient(client);

export const handler = createHandler({
  errorBucket: environment.ERROR_BUCKET,
  clients: {
    listFiles: (ContinuationToken, abortSignal) => {
      const input = { Bucket: environment.ERROR_BUCKET, Prefix: ERROR_FILES_PREFIX, ContinuationToken };
      return s3.send(new ListObjectsV2Command(input), { abortSignal });
    },
    sendBodies: (bodies, abortSignal) => {
      const Entries = bodies.map((MessageBody, position) => ({ Id: String(position), MessageBody }));
      const command = new SendMessageBatchCommand({ QueueUrl: environment.DELIVERY_ERRORS_QUEUE_URL, Entries });
      return sqs.send(command, { abortSignal });
    },
  },
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});
