import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { systemClock } from "../../../functions/common/clock.ts";
import type { TrackerItem } from "../../../functions/common/error-tracker.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
import { archiveObject, ID, requestedItem } from "../support/replay.ts";
import { openS3, type S3 } from "../support/s3.ts";
import { lambdaContext } from "../support/sqs.ts";

/** The SQS client checks the digest. */
const taken = (body: string) => {
  const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
  return { MessageId: "new", MD5OfMessageBody, RecordId: "r" };
};

describe("the replay's entry", () => {
  let s3: S3;
  let table: TrackerTable;
  let restore: () => void;
  let handler: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

  // SQS and Firehose; there is a queue for the topic "orders" alone.
  const calls: { target: string; input: Record<string, unknown> }[] = [];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const target = String(request.headers["x-amz-target"]);
    const input = JSON.parse(Buffer.concat(parts).toString());
    calls.push({ target, input });
    const isMissing = input.QueueUrl !== undefined && !String(input.QueueUrl).endsWith("-topic-orders");
    const type = { "content-type": "application/x-amz-json-1.0" };
    if (isMissing) {
      const code = { ...type, "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" };
      const error = { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "The specified queue does not exist." };
      response.writeHead(400, code).end(JSON.stringify(error));
    } else response.writeHead(200, type).end(JSON.stringify(taken(String(input.MessageBody))));
  });

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    [s3, table] = await Promise.all([openS3("archive"), openTrackerTable()]);
    restore = setEnvironment({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      ARCHIVE_BUCKET: "archive",
      TRACKER_TABLE: table.name,
      TOPIC_QUEUE_URL_PREFIX: `${endpoint}/123456789012/lean-ops-dev-topic-`,
      DELIVERY_STREAM: "lean-ops-dev-events",
    });
    ({ handler } = await import("../../../functions/replay/index.ts"));
  });
  after(async () => {
    restore();
    server.closeAllConnections();
    server.close();
    await Promise.all([s3.close(), table.close()]);
  });

  async function replay(item: TrackerItem, object: object): Promise<TrackerItem | undefined> {
    await table.put(item);
    await s3.client.send(
      new PutObjectCommand({ Bucket: "archive", Key: item.archive_key, Body: JSON.stringify(object) }),
    );
    const Keys = { topic: { S: item.topic }, date_message_id: { S: item.date_message_id } };
    const dynamodb = { Keys, NewImage: { status: { S: item.status } }, SequenceNumber: "1" };
    calls.length = 0;
    const { result, output } = await withOutput(() => handler({ Records: [{ dynamodb }] }, lambdaContext(systemClock)));
    assert.deepEqual(result, { batchItemFailures: [] });
    assert.equal(JSON.parse(output.at(-1) ?? "").ReplayFailures, 0);
    assert.equal(calls.length, 1);
    return table.get(item);
  }

  it("sends a message to its topic's queue", async () => {
    const item = await replay(requestedItem(), archiveObject());
    assert.equal(item?.status, "REPLAYED");
    const { target, input } = calls[0] ?? assert.fail();
    assert.equal(target, "AmazonSQS.SendMessage");
    assert.match(String(input.QueueUrl), /\/lean-ops-dev-topic-orders$/);
    assert.equal(input.MessageBody, '{"amount":1}');
    const { StringValue } =
      (input.MessageAttributes as Record<string, { StringValue: string }>)["lean-ops.replay"] ?? {};
    assert.equal(JSON.parse(StringValue ?? "").messageId, ID);
  });

  it("puts a row to the delivery stream", async () => {
    const given = { origin: "firehose", message_id: "row" } as const;
    const item = await replay(
      requestedItem({ origin: "firehose", date_message_id: "2026-11-23#row", archive_key: "row" }),
      archiveObject(given),
    );
    assert.equal(item?.status, "REPLAYED");
    const Data = Buffer.from('{"amount":1}').toString("base64");
    assert.deepEqual(calls, [
      { target: "Firehose_20150804.PutRecord", input: { DeliveryStreamName: "lean-ops-dev-events", Record: { Data } } },
    ]);
  });

  it("knows SQS's word for a queue that does not exist", async () => {
    const item = await replay(
      requestedItem({ topic: "retired", archive_key: "retired" }),
      archiveObject({ topic: "retired" }),
    );
    assert.match(`${item?.status} ${item?.status_reason}`, /^REPLAY_FAILED TOPIC_UNKNOWN/);
  });
});
