import assert from "node:assert/strict";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { systemClock } from "../../../functions/common/clock.ts";
import { errorNotification } from "../../../functions/common/error-notification.ts";
import { deadLetter } from "../support/dlq.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { setEnvironment } from "../support/environment.ts";
import { errorLine } from "../support/error-files.ts";
import { withOutput } from "../support/output.ts";
import { openS3, type S3 } from "../support/s3.ts";
import { lambdaContext, sqsRecord } from "../support/sqs.ts";

const ERRORS_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-delivery-errors";

describe("the dlq-processor's entry", () => {
  let s3: S3;
  let table: TrackerTable;
  let restore: () => void;
  let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

  before(async () => {
    [s3, table] = await Promise.all([openS3("archive", "errors"), openTrackerTable()]);
    restore = setEnvironment({
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      TOPIC_QUEUE_PREFIX: "lean-ops-dev-topic-",
      DELIVERY_ERRORS_QUEUE_ARN: ERRORS_ARN,
      ARCHIVE_BUCKET: "archive",
      ERROR_BUCKET: "errors",
      TRACKER_TABLE: table.name,
    });
    ({ handler } = await import("../../../functions/dlq-processor/index.ts"));
  });
  after(async () => {
    restore();
    await Promise.all([s3.close(), table.close()]);
  });

  it("archives and tracks in S3 and DynamoDB themselves, and deletes the error file", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: "errors", Key: "failed/a b", Body: errorLine() }));
    const message = deadLetter({ body: '{"name":"Ünï"}' });
    const body = errorNotification("errors", "failed/a b");
    const notification = sqsRecord({ messageId: "n", eventSourceARN: ERRORS_ARN, body });
    const { result, output } = await withOutput(() =>
      handler({ Records: [message, notification] }, lambdaContext(systemClock)),
    );
    assert.deepEqual(result, { batchItemFailures: [] });
    assert.equal(JSON.parse(output.at(-1) ?? "").ArchiveFailures, 0);

    const key = { topic: "order-events", date_message_id: `2026-11-23#${message.messageId}` };
    const item = await table.get(key);
    assert.equal(item?.status, "ARCHIVED");
    const object = await s3.client.send(new GetObjectCommand({ Bucket: "archive", Key: item?.archive_key }));
    assert.equal(object.ContentType, "application/json");
    assert.equal(JSON.parse((await object.Body?.transformToString()) ?? "").body, message.body);
    const file = s3.client.send(new GetObjectCommand({ Bucket: "errors", Key: "failed/a b" }));
    await assert.rejects(file, { name: "NoSuchKey" });
  });
});
