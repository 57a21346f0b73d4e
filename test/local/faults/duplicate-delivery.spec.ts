import assert from "node:assert/strict";
import { duplicateDelivery } from "../../../local/faults/duplicate-delivery.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { arnOf, configuration, urlOf } from "../sqs/fixtures.ts";
import { scene } from "./fixtures.ts";

const VISIBILITY_MS = 30_000;

/** A queue with messages, as a mapping and as clients see it with the fault in the way. */
function queueWith(count: number, asked: Parameters<typeof scene>[1] = {}) {
  const { parts, clock, trigger } = scene("duplicate-delivery", asked);
  const redrivePolicy = { deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 2 };
  const service = new SqsService([configuration({ redrivePolicy }), configuration({ name: "dlq" })], clock);
  const fault = duplicateDelivery(parts);
  const consumed = (name: string) => {
    const queue = service.queues.get(name);
    assert.ok(queue);
    return fault.queue?.(queue) ?? queue;
  };
  for (let index = 0; index < count; index += 1) service.queues.get("orders")?.send({ body: `m${index}` });
  const sqs = fault.service?.(service) ?? service;
  const call = (action: string, input: Record<string, unknown>) =>
    sqs.call(action, { QueueUrl: urlOf("orders"), ...input }) as Promise<Record<string, { Id: string }[]>>;
  return { service, clock, trigger, orders: consumed("orders"), dlq: consumed("dlq"), call };
}

const bodiesOf = (messages: readonly { body: string }[]) => messages.map(({ body }) => body).toSorted();
const handlesOf = (messages: readonly { receiptHandle: string }[]) => messages.map((one) => one.receiptHandle);

describe("fault duplicate-delivery", () => {
  it("brings a deleted message back once, after its visibility timeout, under the same id", async () => {
    const { orders, clock, service, trigger } = queueWith(2);
    const first = orders.receive(10);
    orders.delete(handlesOf(first));
    assert.deepEqual(orders.receive(10), []);
    await clock.advance(VISIBILITY_MS);
    const again = orders.receive(10);
    assert.deepEqual(
      again.map(({ messageId }) => messageId).toSorted(),
      first.map(({ messageId }) => messageId).toSorted(),
    );
    assert.ok(again.every(({ attributes }) => attributes.ApproximateReceiveCount === "2"));
    orders.delete(handlesOf(again));
    assert.deepEqual(service.queues.get("orders")?.counts(), { visible: 0, inFlight: 0, delayed: 0 });
    assert.equal(trigger.injected, 2);
  });

  it("brings the asked share back, the same for the same seed", async () => {
    const duplicates = async (seed: number) => {
      const { orders, clock, trigger } = queueWith(500, { rate: 0.2, seed });
      orders.delete(handlesOf(orders.receive(500)));
      await clock.advance(VISIBILITY_MS);
      const bodies = bodiesOf(orders.receive(500));
      assert.equal(trigger.injected, bodies.length);
      return bodies;
    };
    const found = await duplicates(1);
    assert.ok(found.length > 60 && found.length < 140, `${found.length} of 500`);
    assert.deepEqual(await duplicates(1), found);
    assert.notDeepEqual(await duplicates(2), found);
  });

  it("does so whoever deletes, and however often the same receive is deleted", async () => {
    const { orders, clock, call, trigger } = queueWith(3);
    const [one, two, three] = handlesOf(orders.receive(10));
    assert.deepEqual(await call("DeleteMessage", { ReceiptHandle: one }), {});
    const Entries = [
      { Id: "a", ReceiptHandle: two },
      { Id: "b", ReceiptHandle: three },
    ];
    assert.deepEqual(await call("DeleteMessageBatch", { Entries }), { Successful: [{ Id: "a" }, { Id: "b" }] });
    orders.delete([one ?? "", two ?? "", three ?? ""]);
    await clock.advance(VISIBILITY_MS);
    assert.deepEqual(bodiesOf(orders.receive(10)), ["m0", "m1", "m2"]);
    assert.equal(trigger.injected, 3);
  });

  it("draws once for a message that a function deletes and its mapping then deletes too", async () => {
    const { orders, clock, call, service, trigger } = queueWith(200, { rate: 0.3 });
    for (const ReceiptHandle of handlesOf(orders.receive(200))) {
      await call("DeleteMessage", { ReceiptHandle });
      orders.delete([ReceiptHandle]);
    }
    await clock.advance(VISIBILITY_MS);
    assert.equal(orders.receive(200).length, trigger.injected);
    assert.equal(service.queues.get("orders")?.counts().inFlight, trigger.injected);
  });

  it("answers a batch for each of its entries, kept, deleted or refused", async () => {
    const { orders, call, service, trigger } = queueWith(60, { rate: 0.5 });
    const handles = handlesOf(orders.receive(60));
    const answered: string[] = [];
    for (let start = 0; start < 60; start += 6) {
      const Entries = handles
        .slice(start, start + 6)
        .map((ReceiptHandle, index) => ({ Id: `${index}`, ReceiptHandle }));
      const wrong = { Id: "wrong", ReceiptHandle: "not one of this queue" };
      const { Successful = [], Failed = [] } = await call("DeleteMessageBatch", { Entries: [...Entries, wrong] });
      answered.push(...Successful.map(({ Id }) => Id));
      assert.deepEqual(
        Failed.map(({ Id }) => Id),
        ["wrong"],
      );
    }
    assert.equal(answered.length, 60);
    assert.equal(service.queues.get("orders")?.counts().inFlight, trigger.injected);
    assert.ok(trigger.injected > 15 && trigger.injected < 45, `${trigger.injected} of 60`);
  });

  it("brings a message back once from its dead-letter queue too", async () => {
    const { orders, dlq, clock } = queueWith(1);
    orders.delete(handlesOf(orders.receive(1)));
    await clock.advance(VISIBILITY_MS);
    orders.receive(1);
    await clock.advance(VISIBILITY_MS);
    assert.deepEqual(orders.receive(1), []);
    const dead = dlq.receive(1);
    assert.deepEqual(bodiesOf(dead), ["m0"]);
    dlq.delete(handlesOf(dead));
    await clock.advance(VISIBILITY_MS);
    const again = dlq.receive(1);
    assert.deepEqual(bodiesOf(again), ["m0"]);
    dlq.delete(handlesOf(again));
    await clock.advance(VISIBILITY_MS);
    assert.deepEqual(dlq.receive(1), []);
  });

  it("leaves the deletes of other queues, bad ones and other calls to SQS", async () => {
    const { service, clock } = queueWith(0);
    const alone = duplicateDelivery(scene("duplicate-delivery").parts).service?.(service);
    const queue = service.queues.get("orders");
    queue?.send({ body: "m" });
    const [ReceiptHandle] = handlesOf(queue?.receive(1) ?? []);
    await alone?.call("DeleteMessage", { QueueUrl: urlOf("orders"), ReceiptHandle });
    await clock.advance(VISIBILITY_MS);
    assert.deepEqual(queue?.receive(1), []);
    const { call } = queueWith(0);
    await assert.rejects(call("DeleteMessageBatch", { Entries: "none" }));
    await assert.rejects(call("DeleteMessageBatch", { Entries: [null] }));
    assert.ok(await call("GetQueueUrl", { QueueName: "orders" }));
  });

  it("tells the mapping of messages as the queue does", async () => {
    const { orders, service, clock } = queueWith(0);
    let told = 0;
    const end = orders.onVisible(() => {
      told += 1;
    });
    service.queues.get("orders")?.send({ body: "m" });
    await clock.advance(0);
    assert.equal(told, 1);
    end();
    assert.equal(orders.visibilityTimeoutSeconds, 30);
    assert.equal(orders.arn, arnOf("orders"));
  });
});
