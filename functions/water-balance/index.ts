import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetTablesCommand, GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { bucketOf } from "../common/bucket.ts";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { progressOf } from "../refinery-plan/progress.ts";
import { createHandler } from "./handler.ts";
import { SERVICE } from "./signals.ts";

const environment = readEnvironment(
  [
    "CURATED_DATABASE",
    "SEMANTIC_DATABASE",
    "REFINERY_TABLE",
    "RESULTS_BUCKET",
    "GRACE_MINUTES",
    "TOLERANCE_PERCENT",
    "BALANCE_DAYS",
    "PROCESSOR_FUNCTION",
    "ARCHIVE_FUNCTION",
    "DELIVERY_STREAM",
  ],
  process.env,
);

// Without throwOnRequestTimeout the SDK only warns of a request that takes too long.
const client = {
  maxAttempts: 5,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
};
const glue = new GlueClient(client);
const cloudwatch = new CloudWatchClient(client);

export const handler = createHandler({
  databases: { curated: environment.CURATED_DATABASE, semantic: environment.SEMANTIC_DATABASE },
  graceMinutes: Number(environment.GRACE_MINUTES),
  tolerancePercent: Number(environment.TOLERANCE_PERCENT),
  balanceDays: Number(environment.BALANCE_DAYS),
  processorFunction: environment.PROCESSOR_FUNCTION,
  archiveFunction: environment.ARCHIVE_FUNCTION,
  deliveryStream: environment.DELIVERY_STREAM,
  results: bucketOf(new S3Client(client), environment.RESULTS_BUCKET),
  progress: progressOf(new DynamoDBClient(client), environment.REFINERY_TABLE),
  clients: {
    getTables: (DatabaseName, NextToken, abortSignal) =>
      glue.send(new GetTablesCommand({ DatabaseName, NextToken }), { abortSignal }),
    getMetricData: (input, abortSignal) => cloudwatch.send(new GetMetricDataCommand(input), { abortSignal }),
  },
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});
