import assert from "node:assert/strict";
import {
  BatchRequestTooLong,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  InvalidMessageContents,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { systemClock } from "../../../local/clock.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { arnOf, configuration, urlOf } from "./fixtures.ts";

describe("through the AWS SDK", () => {
  const QueueUrl = urlOf("orders");
  let service: SqsService;
  let gateway: Gateway;
  let client: SQSClient;

  beforeEach(async () => {
    service = new SqsService([configuration()], systemClock());
    gateway = await openGateway();
    gateway.attach([service]);
    client = new SQSClient({
      region: "eu-west-1",
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    service.close();
    client.destroy();
    await gateway.close();
  });

  it("a message goes in and out unharmed, checked by its MD5, and is deleted", async () => {
    const MessageBody = '{"name":"Zoë 🚀","n":12345678901234567890}';
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "order" },
      raw: { DataType: "Binary", BinaryValue: Uint8Array.from([0, 255]) },
    };
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    const [message] = Messages ?? [];
    assert.equal(message?.MessageId, sent.MessageId);
    assert.equal(message?.Body, MessageBody);
    assert.equal(message?.Attributes?.ApproximateReceiveCount, "1");
    assert.deepEqual(Uint8Array.from(message?.MessageAttributes?.raw?.BinaryValue ?? []), Uint8Array.from([0, 255]));
    assert.equal(message?.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    const ReceiptHandle = message?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    assert.deepEqual(service.queues.get("orders")?.counts(), { visible: 0, inFlight: 0, delayed: 0 });
  });

  it("batches work, and tell the good entries from the bad", async () => {
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "a", MessageBody: "one" },
          { Id: "b", MessageBody: "\u0001" },
          { Id: "c", MessageBody: "three" },
        ],
      }),
    );
    assert.deepEqual(
      [sent.Successful?.map(({ Id }) => Id), sent.Failed?.map(({ Code }) => Code)],
      [["a", "c"], ["InvalidMessageContents"]],
    );
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const [first, second] = Messages.map(({ ReceiptHandle }) => ReceiptHandle);
    const changed = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [{ Id: "a", ReceiptHandle: first, VisibilityTimeout: 0 }],
      }),
    );
    assert.equal(changed.Successful?.length, 1);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "a", ReceiptHandle: second },
          { Id: "b", ReceiptHandle: "garbage" },
        ],
      }),
    );
    assert.deepEqual(
      deleted.Failed?.map(({ Id, Code }) => [Id, Code]),
      [["b", "ReceiptHandleIsInvalid"]],
    );
    assert.deepEqual(service.queues.get("orders")?.counts(), { visible: 1, inFlight: 0, delayed: 0 });
  });

  it("a receive waits for a message", async () => {
    const answer = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
    assert.equal((await answer).Messages?.[0]?.Body, "a");
  });

  it("queues are found, described and emptied", async () => {
    assert.equal((await client.send(new GetQueueUrlCommand({ QueueName: "orders" }))).QueueUrl, QueueUrl);
    assert.deepEqual((await client.send(new ListQueuesCommand({ QueueNamePrefix: "or" }))).QueueUrls, [QueueUrl]);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] }),
    );
    assert.deepEqual(Attributes, { QueueArn: arnOf("orders"), ApproximateNumberOfMessages: "0" });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
  });

  const ofSdk: [title: string, error: new (...args: never[]) => Error, run: () => Promise<unknown>][] = [
    [
      "QueueDoesNotExist",
      QueueDoesNotExist,
      () => client.send(new SendMessageCommand({ QueueUrl: urlOf("unknown"), MessageBody: "a" })),
    ],
    [
      "ReceiptHandleIsInvalid",
      ReceiptHandleIsInvalid,
      () => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "garbage" })),
    ],
    [
      "InvalidMessageContents",
      InvalidMessageContents,
      () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: "\u0001" })),
    ],
    ["EmptyBatchRequest", EmptyBatchRequest, () => client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))],
    [
      "BatchRequestTooLong",
      BatchRequestTooLong,
      () =>
        client.send(
          new SendMessageBatchCommand({
            QueueUrl,
            Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(600_000) })),
          }),
        ),
    ],
  ];
  for (const [title, type, run] of ofSdk) {
    it(`${title} arrives as the SDK's own exception`, async () => {
      await assert.rejects(run(), (error: Error) => {
        assert.ok(error instanceof type, `${error.name}: ${error.message}`);
        assert.equal(error.name, title);
        return true;
      });
    });
  }

  it("an error that the SDK has no class for keeps its code", async () => {
    const tooLong = client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(1_048_577) }));
    await assert.rejects(tooLong, (error: Error) => {
      assert.ok(error instanceof SQSServiceException);
      assert.equal(error.name, "InvalidParameterValue");
      assert.match(error.message, /shorter than 1048576 bytes/);
      return true;
    });
  });
});
