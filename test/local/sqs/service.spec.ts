import assert from "node:assert/strict";
import type { QueueConfiguration } from "../../../local/sqs/configuration.ts";
import { arnOf, configuration, newService, urlOf } from "./fixtures.ts";

describe("the SQS service", () => {
  it("moves what is received too often to the dead-letter queue that the policy names", async () => {
    const redrivePolicy = { deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 1 };
    const { call, clock } = newService(configuration({ redrivePolicy }), configuration({ name: "dlq" }));
    await call("SendMessage", { MessageBody: "bad" });
    await call("ReceiveMessage");
    await clock.advance(30_000);
    await call("ReceiveMessage");
    const answer = await call("ReceiveMessage", {
      QueueUrl: urlOf("dlq"),
      MessageSystemAttributeNames: ["DeadLetterQueueSourceArn"],
    });
    const [message] = answer.Messages as Record<string, unknown>[];
    assert.deepEqual(message?.Attributes, { DeadLetterQueueSourceArn: arnOf("orders") });
  });

  it("knows a queue by any URL that ends in its name", async () => {
    const { call } = newService(configuration());
    for (const QueueUrl of [urlOf("orders"), "http://127.0.0.1:4566/123456789012/orders", "orders"]) {
      await call("SendMessage", { QueueUrl, MessageBody: "a" });
    }
    await assert.rejects(call("SendMessage", { QueueUrl: urlOf("order"), MessageBody: "a" }), {
      name: "QueueDoesNotExist",
      queryCode: "AWS.SimpleQueueService.NonExistentQueue",
      status: 400,
    });
    await assert.rejects(call("SendMessage", { QueueUrl: undefined, MessageBody: "a" }), {
      message: "The request must contain the parameter QueueUrl.",
    });
  });

  for (const action of ["CreateQueue", "Nonsense", "constructor"]) {
    it(`does not know the action ${action}`, async () => {
      await assert.rejects(newService(configuration()).call(action), { name: "UnknownOperationException" });
    });
  }

  describe("DeleteMessage", () => {
    it("succeeds again and again with the same handle", async () => {
      const { call, service } = newService(configuration());
      service.queues.get("orders")?.send({ body: "a" });
      const ReceiptHandle = service.queues.get("orders")?.receive(1)[0]?.receiptHandle;
      for (let repetition = 0; repetition < 2; repetition += 1) {
        assert.deepEqual(await call("DeleteMessage", { ReceiptHandle }), {});
      }
    });

    it("refuses what was never a handle of the queue", async () => {
      const { call } = newService(configuration());
      await assert.rejects(call("DeleteMessage", { ReceiptHandle: "garbage" }), { name: "ReceiptHandleIsInvalid" });
      await assert.rejects(call("DeleteMessage"), { message: "The request must contain the parameter ReceiptHandle." });
    });
  });

  describe("ChangeMessageVisibility", () => {
    it("shows a message at once with 0, and hides it as long as told otherwise", async () => {
      const { call, service, clock } = newService(configuration());
      const queue = service.queues.get("orders");
      queue?.send({ body: "a" });
      const ReceiptHandle = queue?.receive(1)[0]?.receiptHandle;
      await call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: 120 });
      await clock.advance(119_000);
      assert.equal(queue?.counts().inFlight, 1);
      await call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: 0 });
      assert.equal(queue?.counts().visible, 1);
    });

    for (const VisibilityTimeout of [-1, 43_201, undefined]) {
      it(`refuses a timeout of ${VisibilityTimeout}`, async () => {
        const { call, service } = newService(configuration());
        service.queues.get("orders")?.send({ body: "a" });
        const ReceiptHandle = service.queues.get("orders")?.receive(1)[0]?.receiptHandle;
        await assert.rejects(
          call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout }),
          /VisibilityTimeout/,
        );
      });
    }
  });

  describe("GetQueueUrl", () => {
    it("answers the graph's URL", async () => {
      const { call } = newService(configuration());
      assert.deepEqual(await call("GetQueueUrl", { QueueName: "orders" }), { QueueUrl: urlOf("orders") });
      await assert.rejects(call("GetQueueUrl", { QueueName: "unknown" }), { name: "QueueDoesNotExist" });
    });
  });

  describe("GetQueueAttributes", () => {
    const settings: Partial<QueueConfiguration> = {
      redrivePolicy: { deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 10 },
      delaySeconds: 5,
    };

    it("answers all of them", async () => {
      const { call, service, clock } = newService(configuration(settings), configuration({ name: "dlq" }));
      const queue = service.queues.get("orders");
      queue?.send({ body: "in flight", delaySeconds: 0 });
      queue?.receive(1);
      queue?.send({ body: "visible", delaySeconds: 0 });
      queue?.send({ body: "delayed" });
      const created = String(clock.now() / 1_000);
      assert.deepEqual(await call("GetQueueAttributes", { AttributeNames: ["All"] }), {
        Attributes: {
          QueueArn: arnOf("orders"),
          ApproximateNumberOfMessages: "1",
          ApproximateNumberOfMessagesNotVisible: "1",
          ApproximateNumberOfMessagesDelayed: "1",
          CreatedTimestamp: created,
          LastModifiedTimestamp: created,
          VisibilityTimeout: "30",
          MaximumMessageSize: "1048576",
          MessageRetentionPeriod: "345600",
          DelaySeconds: "5",
          ReceiveMessageWaitTimeSeconds: "0",
          RedrivePolicy: JSON.stringify(settings.redrivePolicy),
          SqsManagedSseEnabled: "true",
        },
      });
    });

    it("answers those that are named, and leaves out what is not set", async () => {
      const { call } = newService(configuration());
      const answer = await call("GetQueueAttributes", { AttributeNames: ["DelaySeconds", "RedrivePolicy"] });
      assert.deepEqual(answer, { Attributes: { DelaySeconds: "0" } });
      assert.deepEqual(await call("GetQueueAttributes"), {});
      await assert.rejects(call("GetQueueAttributes", { AttributeNames: ["Colour"] }), {
        name: "InvalidAttributeName",
      });
    });
  });

  describe("ListQueues", () => {
    const names = ["stack-topic-b", "stack-topic-a", "other"];
    const newListed = () => newService(...names.map((name) => configuration({ name })));

    it("answers the URLs of the queues with a prefix, or of all", async () => {
      const { call } = newListed();
      assert.deepEqual(await call("ListQueues", { QueueNamePrefix: "stack-" }), {
        QueueUrls: [urlOf("stack-topic-a"), urlOf("stack-topic-b")],
      });
      assert.equal(((await call("ListQueues")).QueueUrls as string[]).length, 3);
      assert.deepEqual(await call("ListQueues", { QueueNamePrefix: "none" }), {});
    });

    it("answers page by page when asked to", async () => {
      const { call } = newListed();
      const first = await call("ListQueues", { MaxResults: 2 });
      assert.deepEqual(first.QueueUrls, [urlOf("other"), urlOf("stack-topic-a")]);
      const second = await call("ListQueues", { MaxResults: 2, NextToken: first.NextToken });
      assert.deepEqual(second, { QueueUrls: [urlOf("stack-topic-b")] });
    });
  });

  describe("PurgeQueue", () => {
    it("empties the queue, at most once in 60 seconds", async () => {
      const { call, service, clock } = newService(configuration());
      service.queues.get("orders")?.send({ body: "a" });
      assert.deepEqual(await call("PurgeQueue"), {});
      assert.equal(service.queues.get("orders")?.counts().visible, 0);
      await clock.advance(59_999);
      await assert.rejects(call("PurgeQueue"), { name: "PurgeQueueInProgress", status: 403 });
      await clock.advance(1);
      await call("PurgeQueue");
    });
  });
});
