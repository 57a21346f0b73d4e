import assert from "node:assert/strict";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { openGateway } from "../../../local/api/gateway.ts";
import type { JsonService } from "../../../local/api/service.ts";
import { Authority } from "../../../local/iam/authority.ts";
import { Guard } from "../../../local/iam/guard.ts";
import { OPERATOR, QUEUE_URL, READER, type ReaderStack, readerStack } from "./reader.ts";

function guardOf(stack: ReaderStack = {}) {
  const graph = readerStack(stack);
  const authority = new Authority(graph);
  return { authority, guard: new Guard(authority, graph) };
}

/** Answers everything, and notes what came so far. */
function answering(name: string): JsonService & { calls: string[] } {
  const calls: string[] = [];
  return {
    name,
    contentType: "application/x-amz-json-1.0",
    calls,
    call: async (action) => {
      calls.push(action);
      return { MessageId: "1" };
    },
  };
}

/** Whether a promise is still open after everything else that is ready has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(
      () => false,
      () => false,
    ),
    new Promise<true>((resolve) => setImmediate(() => resolve(true))),
  ]);
}

const raw = { headers: {}, body: "" };

describe("the guard", () => {
  it("lets a call through that is allowed, and no other", async () => {
    const { guard } = guardOf();
    const sqs = answering("sqs");
    const guarded = guard.json(sqs);
    await guarded.call("ReceiveMessage", { QueueUrl: QUEUE_URL }, READER);
    await assert.rejects(guarded.call("DeleteMessage", { QueueUrl: QUEUE_URL }, READER) as Promise<unknown>, {
      name: "AccessDeniedException",
      status: 403,
      message:
        /is not authorized to perform: sqs:DeleteMessage on resource: .*:orders because no identity-based policy/,
    });
    assert.deepEqual(sqs.calls, ["ReceiveMessage"]);
  });

  it("judges nothing of the local cloud's own, and serves nothing that it cannot judge", async () => {
    const { guard } = guardOf();
    const sqs = answering("sqs");
    await guard.json(sqs).call("DeleteMessage", { QueueUrl: QUEUE_URL });
    assert.deepEqual(sqs.calls, ["DeleteMessage"]);
    assert.throws(() => void guard.json(sqs).call("CreateQueue", {}, OPERATOR), {
      name: "UnknownOperationException",
      message: "the local cloud does not know what sqs:CreateQueue needs",
    });
    assert.throws(() => guard.json(answering("nosuch")), /nobody knows what calls of nosuch need/);
  });

  it("never answers what the network does not let through, and says in its own list why", async () => {
    const { guard, authority } = guardOf({ isInVpc: true });
    const sqs = answering("sqs");
    const call = guard.json(sqs).call("ReceiveMessage", { QueueUrl: QUEUE_URL }, READER);
    assert.equal(await isPending(call), true);
    assert.deepEqual(sqs.calls, []);
    assert.deepEqual(
      authority.denied.map(({ reason }) => reason),
      ["the VPC has no endpoint for com.amazonaws.eu-west-1.sqs"],
    );
  });

  it("has a client wait for its own time-out where the network is in the way", async () => {
    const { guard } = guardOf({ isInVpc: true });
    const gateway = await openGateway();
    gateway.attach([guard.json(answering("sqs"))]);
    const [accessKeyId, sessionToken] = [READER.accessKeyId, READER.sessionToken];
    const client = new SQSClient({
      endpoint: gateway.endpoint,
      region: "eu-west-1",
      maxAttempts: 1,
      requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
      credentials: { accessKeyId, secretAccessKey: "local", sessionToken },
    });
    try {
      await assert.rejects(client.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: "x" })), {
        name: "TimeoutError",
      });
    } finally {
      client.destroy();
      await gateway.close();
    }
  });

  it("answers in SNS's, Lambda's and S3's own protocols", async () => {
    const { guard } = guardOf();
    const served = { name: "x", handle: async () => ({ status: 200, headers: {}, body: "" }) };
    const publish = "Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Aalerts&Message=x";
    const sns = await guard
      .sns({ ...served, name: "sns" })
      .handle({ method: "POST", url: "/", ...raw, body: publish }, READER);
    assert.equal(sns.status, 403);
    assert.match(sns.body, /<Code>AuthorizationError<\/Code><Message>User: .* sns:Publish/);

    const invoke = { method: "POST", url: "/2015-03-31/functions/other/invocations", ...raw };
    const lambda = await guard.lambda({ ...served, name: "lambda" }).handle(invoke, READER);
    assert.deepEqual([lambda.status, lambda.headers["x-amzn-errortype"]], [403, "AccessDeniedException"]);

    const objects = guard.s3({ name: "s3", port: 1 });
    const s3 = await objects.admit?.({ method: "GET", url: "/bucket/<key>&", headers: {} }, READER);
    assert.equal(s3?.status, 403);
    assert.match(s3?.body ?? "", /<Code>AccessDenied<\/Code><Message>User: .*s3:::bucket\/&lt;key>&amp;/);
  });

  it("does not tell who may not list that an object is missing", async () => {
    const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    const list = { Effect: "Allow", Action: "s3:ListBucket", Resource: "*" };
    const request = { method: "GET", url: "/bucket/key", headers: {} };
    const blind = guardOf({ statements: [read] }).guard.s3({ name: "s3", port: 1 });
    assert.equal(await blind.admit?.(request, READER), undefined);
    assert.equal(blind.missing?.(request, READER)?.status, 403);
    const seeing = guardOf({ statements: [read, list] }).guard.s3({ name: "s3", port: 1 });
    assert.equal(seeing.missing?.(request, READER), undefined);
  });

  it("judges a state machine's tasks as calls of its role", async () => {
    const { guard, authority } = guardOf();
    const calls: string[] = [];
    const call = guard.calls(async (service: string, action: string) => void calls.push(`${service}:${action}`));
    const role = { accessKeyId: "reader", sessionToken: undefined };
    await assert.rejects(call("lambda", "Invoke", { FunctionName: "other" }, role), { name: "AccessDeniedException" });
    await assert.rejects(call("s3", "GetObject", { Bucket: "b", Key: "k" }, role), { name: "AccessDenied" });
    await call("dynamodb", "GetItem", {}, role);
    assert.deepEqual(calls, ["dynamodb:GetItem"]);
    assert.deepEqual(
      authority.denied.map(({ action, resource }) => `${action} ${resource}`),
      ["lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:other", "s3:GetObject arn:aws:s3:::b/k"],
    );
  });

  it("refuses a key that is nobody's", async () => {
    const { guard } = guardOf();
    const caller = { accessKeyId: "local", sessionToken: undefined };
    await assert.rejects(
      guard.json(answering("sqs")).call("ReceiveMessage", { QueueUrl: QUEUE_URL }, caller) as Promise<unknown>,
      { name: "InvalidClientTokenId", status: 403 },
    );
    const s3 = guard.s3({ name: "s3", port: 1 });
    const answer = await s3.admit?.({ method: "GET", url: "/bucket/key", headers: {} }, caller);
    assert.match(answer?.body ?? "", /<Code>InvalidAccessKeyId<\/Code>/);
  });
});
