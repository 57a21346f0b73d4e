import { FirehoseClient } from "@aws-sdk/client-firehose";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { PROCESSOR_SERVICE } from "../common/signals.ts";
import { readTopics } from "../common/topics.ts";
import { createHandler } from "./handler.ts";
import { putRecordBatchOf } from "./put-request.ts";

const environment = readEnvironment(
  ["TOPIC_QUEUE_PREFIX", "TOPIC_QUEUE_URL_PREFIX", "DELIVERY_STREAM", "DEAD_LETTER_QUEUE_URL", "TOPIC_METRICS"],
  process.env,
);

// One attempt: what is tried again, and how long, is the handler's decision. Without throwOnRequestTimeout the SDK
// only warns of a request that takes too long; the socket's timeout covers an answer that stops half-way.
const client = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, socketTimeout: 3000, throwOnRequestTimeout: true },
};
const firehose = new FirehoseClient(client);
const sqs = new SQSClient(client);

export const handler = createHandler({
  topicQueuePrefix: environment.TOPIC_QUEUE_PREFIX,
  topicQueueUrlPrefix: environment.TOPIC_QUEUE_URL_PREFIX,
  lanes: new Map(Object.entries(readTopics(import.meta.url))),
  topicMetrics: environment.TOPIC_METRICS === "on",
  clients: {
    putRecordBatch: (records, abortSignal) =>
      firehose.send(putRecordBatchOf(environment.DELIVERY_STREAM, records), { abortSignal }),
    sendMessageBatch: (Entries, abortSignal) => {
      const command = new SendMessageBatchCommand({ QueueUrl: environment.DEAD_LETTER_QUEUE_URL, Entries });
      return sqs.send(command, { abortSignal });
    },
    changeMessageVisibilityBatch: (QueueUrl, Entries, abortSignal) =>
      sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), { abortSignal }),
    deleteMessageBatch: (QueueUrl, Entries, abortSignal) =>
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal }),
  },
  clock: systemClock,
  random: Math.random,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: PROCESSOR_SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});
