import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { systemClock } from "../../../functions/common/clock.ts";
import { lambdaContext, sqsRecord } from "../support/sqs.ts";

type Call = { target: string; input: Record<string, unknown> };

/** A stand-in for both services, which answers with the status and body told for an action. */
function services(answers: Record<string, [number, unknown]>): { server: Server; calls: Call[] } {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const target = String(request.headers["x-amz-target"]);
    calls.push({ target, input: JSON.parse(Buffer.concat(parts).toString()) });
    const [status, body] = answers[target.replace(/^.*\./, "")] ?? [500, {}];
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  return { server, calls };
}

describe("the sqs-processor's entry", () => {
  const { server, calls } = services({
    PutRecordBatch: [200, { FailedPutCount: 0, RequestResponses: [{ RecordId: "r" }] }],
    SendMessageBatch: [
      400,
      { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "The specified queue does not exist." },
    ],
    ChangeMessageVisibilityBatch: [200, { Successful: [{ Id: "0" }] }],
    DeleteMessageBatch: [200, { Successful: [{ Id: "0" }] }],
  });
  const replaced: Record<string, string | undefined> = {};
  let handler: (event: SQSEvent, context: ReturnType<typeof lambdaContext>) => Promise<SQSBatchResponse>;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      TOPIC_QUEUE_PREFIX: "lean-ops-dev-topic-",
      TOPIC_QUEUE_URL_PREFIX: `${endpoint}/123456789012/lean-ops-dev-topic-`,
      DELIVERY_STREAM: "lean-ops-dev-events",
      DEAD_LETTER_QUEUE_URL: `${endpoint}/123456789012/lean-ops-dev-dlq`,
    };
    for (const [name, value] of Object.entries(environment)) {
      replaced[name] = process.env[name];
      process.env[name] = value;
    }
    ({ handler } = await import("../../../functions/sqs-processor/index.ts"));
  });

  after(() => {
    for (const [name, value] of Object.entries(replaced)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    server.closeAllConnections();
    server.close();
  });

  it("puts rows, sends bad messages to the dead-letter queue, hides what it reports, and calls each once", async () => {
    const records = [sqsRecord({ messageId: "good" }), sqsRecord({ messageId: "bad", body: "nonsense" })];
    const { result } = await withOutput(() => handler({ Records: records }, lambdaContext(systemClock)));
    assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: "bad" }] });

    const byTarget = Object.fromEntries(calls.map(({ target, input }) => [target, input]));
    assert.deepEqual(Object.keys(byTarget).toSorted(), [
      "AmazonSQS.ChangeMessageVisibilityBatch",
      "AmazonSQS.SendMessageBatch",
      "Firehose_20150804.PutRecordBatch",
    ]);
    assert.equal(calls.length, 3);
    const put = byTarget["Firehose_20150804.PutRecordBatch"] as {
      DeliveryStreamName: string;
      Records: { Data: string }[];
    };
    assert.equal(put.DeliveryStreamName, "lean-ops-dev-events");
    const row = JSON.parse(Buffer.from(put.Records[0]?.Data ?? "", "base64").toString());
    assert.equal(row.message_id, "good");
    const sent = byTarget["AmazonSQS.SendMessageBatch"] as { QueueUrl: string; Entries: { MessageBody: string }[] };
    assert.match(sent.QueueUrl, /lean-ops-dev-dlq$/);
    assert.equal(sent.Entries[0]?.MessageBody, "nonsense");
    const hidden = byTarget["AmazonSQS.ChangeMessageVisibilityBatch"] as { QueueUrl: string; Entries: object[] };
    assert.match(hidden.QueueUrl, /\/123456789012\/lean-ops-dev-topic-order-events$/);
    const { VisibilityTimeout, ...entry } = hidden.Entries[0] as { VisibilityTimeout: number };
    assert.deepEqual(entry, { Id: "0", ReceiptHandle: "handle" });
    assert.ok(VisibilityTimeout >= 60 && VisibilityTimeout <= 120);
  });

  it("deletes what is done before the next step, from the topic's own queue", async () => {
    calls.length = 0;
    const again = { attributes: { ...sqsRecord().attributes, ApproximateReceiveCount: "2" } };
    const records = ["a", "b"].map((messageId) =>
      sqsRecord({ messageId, receiptHandle: `handle-${messageId}`, ...again }),
    );
    const { result } = await withOutput(() => handler({ Records: records }, lambdaContext(systemClock)));
    assert.deepEqual(result, { batchItemFailures: [] });
    const deletes = calls.filter(({ target }) => target === "AmazonSQS.DeleteMessageBatch");
    assert.equal(deletes.length, 1);
    assert.match(String(deletes[0]?.input.QueueUrl), /\/123456789012\/lean-ops-dev-topic-order-events$/);
    assert.match(JSON.stringify(deletes[0]?.input.Entries), /^\[\{"Id":"0","ReceiptHandle":"handle-[ab]"\}\]$/);
  });

  it("writes each log line and each metric line to standard output as it is", async () => {
    const { output } = await withOutput(() =>
      handler({ Records: [sqsRecord({ body: "[]" })] }, lambdaContext(systemClock)),
    );
    assert.ok(output.every((text) => text.endsWith("\n") && text.indexOf("\n") === text.length - 1));
    const lines = output.map((text) => JSON.parse(text));
    assert.deepEqual(
      lines.map(({ message }) => message),
      ["messages dropped", "dead letters not taken", undefined],
    );
    assert.equal(lines[2]._aws.CloudWatchMetrics[0].Namespace, "LeanOps");
  });
});

/** Runs `action`, and keeps what it writes to standard output from being printed. */
async function withOutput<T>(action: () => Promise<T>): Promise<{ result: T; output: string[] }> {
  const output: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => output.push(String(text)) > 0;
  try {
    return { result: await action(), output };
  } finally {
    process.stdout.write = write;
  }
}
