import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FirehoseClient, ListDeliveryStreamsCommand } from "@aws-sdk/client-firehose";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { QueueDoesNotExist, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../local/api/errors.ts";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import type { Caller, JsonService } from "../../../local/api/service.ts";
import { type ObjectStorage, openObjectStorage } from "../../../local/objects/store.ts";
import { graphOf } from "../../support/graph.ts";

const clientOptions = {
  region: "eu-west-1",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  maxAttempts: 1,
};

/** Of the body that is sent; the SDK compares. */
const md5 = createHash("md5").update("ü").digest("hex");

describe("gateway", () => {
  const calls: { action: string; input: Record<string, unknown> }[] = [];
  const callers: (Caller | undefined)[] = [];
  let answer: (action: string) => unknown;
  let storage: ObjectStorage;
  let gateway: Gateway;

  const sqs: JsonService = {
    name: "sqs",
    contentType: "application/x-amz-json-1.0",
    async call(action, input, caller) {
      calls.push({ action, input });
      callers.push(caller);
      return answer(action);
    },
  };

  before(async () => {
    storage = await openObjectStorage(
      graphOf([{ type: "aws:s3/bucket:Bucket", name: "errors", inputs: { bucket: "errors" } }]),
    );
    gateway = await openGateway();
    gateway.attach([sqs, storage]);
  });

  after(async () => {
    await gateway.close();
    await storage.close();
  });

  beforeEach(() => {
    calls.length = 0;
    callers.length = 0;
    answer = () => ({});
  });

  const send = (credentials = {}) =>
    new SQSClient({
      ...clientOptions,
      endpoint: gateway.endpoint,
      credentials: { ...clientOptions.credentials, ...credentials },
    }).send(
      new SendMessageCommand({ QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/work", MessageBody: "ü" }),
    );

  it("listens on this machine only", () => {
    assert.match(gateway.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("hands a call to the service that its signature names, with its action and input", async () => {
    answer = () => ({ MessageId: "m-1", MD5OfMessageBody: md5 });
    const { MessageId } = await send();
    assert.equal(MessageId, "m-1");
    assert.deepEqual(calls, [
      {
        action: "SendMessage",
        input: { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/work", MessageBody: "ü" },
      },
    ]);
  });

  it("tells a service who calls", async () => {
    answer = () => ({ MessageId: "m-1", MD5OfMessageBody: md5 });
    await send();
    await send({ accessKeyId: "role", sessionToken: "session-1" });
    assert.deepEqual(callers, [
      { accessKeyId: "key", sessionToken: undefined },
      { accessKeyId: "role", sessionToken: "session-1" },
    ]);
  });

  it("answers a service's error so that the SDK throws its own class", async () => {
    answer = () => {
      throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.", {
        queryCode: "AWS.SimpleQueueService.NonExistentQueue",
      });
    };
    await assert.rejects(send(), QueueDoesNotExist);
  });

  it("answers a defect of a service as an internal failure, and goes on", async () => {
    answer = () => {
      throw new TypeError("defect");
    };
    await assert.rejects(send(), { name: "InternalFailure", $fault: "server" });
    answer = () => ({ MessageId: "m-2", MD5OfMessageBody: md5 });
    assert.equal((await send()).MessageId, "m-2");
  });

  it("passes S3's requests on as they are", async () => {
    const client = new S3Client({ ...clientOptions, endpoint: gateway.endpoint });
    await client.send(new PutObjectCommand({ Bucket: "errors", Key: "a/b.json", Body: "{}" }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "errors", Key: "a/b.json" }));
    assert.equal(await Body?.transformToString(), "{}");
  });

  it("lets an interceptor answer in S3's place, and passes on what it leaves", async () => {
    const asked: unknown[] = [];
    gateway.attach([
      {
        name: storage.name,
        port: storage.port,
        intercept(request, caller) {
          asked.push([request, caller.accessKeyId]);
          const body = "<Error><Code>SlowDown</Code><Message>later</Message></Error>";
          return request.url.startsWith("/errors/no") ? { status: 503, headers: {}, body } : undefined;
        },
      },
    ]);
    const client = new S3Client({ ...clientOptions, endpoint: gateway.endpoint });
    const put = (Key: string) =>
      client.send(new PutObjectCommand({ Bucket: "errors", Key, Body: "x".repeat(100_000) }));
    await assert.rejects(put("no.json"), { name: "SlowDown", message: "later" });
    await put("yes.json");
    assert.deepEqual(await storage.list("errors"), ["a/b.json", "yes.json"]);
    assert.deepEqual(asked, [
      [{ method: "PUT", url: "/errors/no.json?x-id=PutObject" }, "key"],
      [{ method: "PUT", url: "/errors/yes.json?x-id=PutObject" }, "key"],
    ]);
  });

  it("names the services that there are when asked for another", async () => {
    const client = new FirehoseClient({ ...clientOptions, endpoint: gateway.endpoint });
    await assert.rejects(client.send(new ListDeliveryStreamsCommand({})), {
      name: "UnknownServiceException",
      message: 'the local cloud has no service "firehose"; it has: sqs, s3',
    });
  });

  it("refuses what is not signed, not JSON, or too large", async () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host";
    const post = async (headers: Record<string, string>, body: string) => {
      const response = await fetch(gateway.endpoint, { method: "POST", headers, body });
      return [response.status, response.headers.get("x-amzn-errortype")];
    };
    const target = { "x-amz-target": "AmazonSQS.SendMessage" };
    assert.deepEqual(await post(target, "{}"), [403, "MissingAuthenticationToken"]);
    assert.deepEqual(await post({ authorization }, "{}"), [400, "UnknownOperationException"]);
    assert.deepEqual(await post({ authorization, ...target }, "{"), [400, "SerializationException"]);
    assert.deepEqual(await post({ authorization, ...target }, "[]"), [400, "SerializationException"]);
    assert.deepEqual(calls, []);
  });

  it("fails when its port is taken", async () => {
    const port = Number(new URL(gateway.endpoint).port);
    await assert.rejects(openGateway(port), { code: "EADDRINUSE" });
  });
});
