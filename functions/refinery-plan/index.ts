import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetTablesCommand, GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { bucketOf } from "../common/bucket.ts";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { readLakeTopics } from "../common/lake-topic.ts";
import { createLog } from "../common/log.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { progressOf } from "./progress.ts";

const environment = readEnvironment(
  [
    "RAW_DATABASE",
    "CURATED_DATABASE",
    "SEMANTIC_DATABASE",
    "REFINERY_TABLE",
    "RESULTS_BUCKET",
    "MARGIN_SECONDS",
    "BALANCE_DAYS",
  ],
  process.env,
);
/** Only where deduplication is bounded. */
const { DEDUPLICATION_DAYS } = process.env;

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

export const handler = createHandler({
  topics: readLakeTopics(import.meta.url),
  databases: {
    raw: environment.RAW_DATABASE,
    curated: environment.CURATED_DATABASE,
    semantic: environment.SEMANTIC_DATABASE,
  },
  marginSeconds: Number(environment.MARGIN_SECONDS),
  balanceDays: Number(environment.BALANCE_DAYS),
  deduplicationDays: DEDUPLICATION_DAYS === undefined ? undefined : Number(DEDUPLICATION_DAYS),
  clients: {
    getTables: (DatabaseName, NextToken, abortSignal) =>
      glue.send(new GetTablesCommand({ DatabaseName, NextToken }), { abortSignal }),
  },
  progress: progressOf(new DynamoDBClient(client), environment.REFINERY_TABLE),
  results: bucketOf(new S3Client(client), environment.RESULTS_BUCKET),
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
});
