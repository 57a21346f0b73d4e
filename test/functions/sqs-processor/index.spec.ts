import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { bundle } from "../../../components/bundle.ts";
import { systemClock } from "../../../functions/common/clock.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
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
  let restore: () => void;
  let directory: string;
  let handler: (event: SQSEvent, context: ReturnType<typeof lambdaContext>) => Promise<SQSBatchResponse>;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    restore = setEnvironment({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      TOPIC_QUEUE_PREFIX: "lean-ops-dev-topic-",
      TOPIC_QUEUE_URL_PREFIX: `${endpoint}/123456789012/lean-ops-dev-topic-`,
      DELIVERY_STREAM: "lean-ops-dev-events",
      DEAD_LETTER_QUEUE_URL: `${endpoint}/123456789012/lean-ops-dev-dlq`,
      TOPIC_METRICS: "on",
    });
    // As it is deployed, since what it knows of topics lies beside its bundle.
    directory = await mkdtemp(join(tmpdir(), "sqs-processor-"));
    const files = bundle("functions/sqs-processor/index.ts", { extraFiles: { "topics.json": '{"order-events":"3"}' } });
    for (const [path, content] of Object.entries(files)) await writeFile(join(directory, path), content);
    ({ handler } = await import(pathToFileURL(join(directory, "index.mjs")).href));
  });

  after(async () => {
    restore();
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
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
      [undefined, "messages dropped", "dead letters not taken", undefined, undefined],
    );
    const [began, , , ended, ofTopic] = lines;
    for (const { _aws } of [began, ended, ofTopic]) assert.equal(_aws.CloudWatchMetrics[0].Namespace, "LeanOps");
    assert.deepEqual([began.lane, began.FreshBatchesStarted], ["3", 1]);
    assert.deepEqual([ended.lane, ended.FreshBatchesEnded, ended.DependencyFailures], ["3", 1, 1]);
    assert.equal(ended._aws.Timestamp, began._aws.Timestamp);
    assert.deepEqual([ofTopic.topic, ofTopic.MessagesReceived], ["order-events", 1]);
  });

  it("has told that it began before anything else can happen to its process", async () => {
    const script = `
      const { handler } = await import("./index.mjs");
      void handler(
        ${JSON.stringify({ Records: [sqsRecord()] })},
        { functionName: "f", getRemainingTimeInMillis: () => 30_000 },
      );
      process.kill(process.pid, "SIGKILL");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: directory });
    const [output, [, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.equal(signal, "SIGKILL");
    const lines = output.trimEnd().split("\n");
    assert.deepEqual([lines.length, JSON.parse(lines[0] ?? "").BatchesStarted], [1, 1]);
  });
});
