import assert from "node:assert/strict";
import { Queue } from "../../../local/sqs/queue.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { ACCOUNT, bodies, configuration, newQueue, receiveOne } from "./fixtures.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe("a queue", () => {
  describe("hands messages out", () => {
    it("oldest first, and no more than asked for", () => {
      const { queue } = newQueue();
      for (const body of ["a", "b", "c"]) {
        queue.send({ body });
      }
      assert.deepEqual(bodies(queue.receive(2)), ["a", "b"]);
      assert.deepEqual(bodies(queue.receive(2)), ["c"]);
      assert.deepEqual(queue.receive(2), []);
    });

    it("in the order of sending over many thousands", () => {
      const { queue } = newQueue();
      const sent = Array.from({ length: 20_000 }, (_, index) => String(index));
      for (const body of sent) {
        queue.send({ body });
      }
      const received: string[] = [];
      for (let batch = queue.receive(100); batch.length > 0; batch = queue.receive(100)) {
        received.push(...bodies(batch));
        queue.delete(batch.map(({ receiptHandle }) => receiptHandle));
      }
      assert.deepEqual(received, sent);
    });

    it("with SQS's attributes as text", async () => {
      const { queue, clock } = newQueue();
      const sentAt = clock.now();
      queue.send({ body: "a", systemAttributes: { AWSTraceHeader: "Root=1" } });
      await clock.advance(2 * SECOND);
      const { attributes } = receiveOne(queue);
      assert.deepEqual(attributes, {
        ApproximateReceiveCount: "1",
        SentTimestamp: String(sentAt),
        SenderId: ACCOUNT,
        ApproximateFirstReceiveTimestamp: String(sentAt + 2 * SECOND),
        AWSTraceHeader: "Root=1",
      });
    });

    it("with the size of body and attributes in bytes, and the body's MD5", () => {
      const { queue } = newQueue();
      queue.send({
        body: "hé",
        messageAttributes: {
          kind: { DataType: "String", StringValue: "x" },
          raw: { DataType: "Binary", BinaryValue: "AAAA" },
        },
      });
      const message = receiveOne(queue);
      assert.equal(message.size, 3 + (4 + 6 + 1) + (3 + 6 + 3));
      assert.equal(message.md5OfBody, "33fcd01258e6ba07ef405dc9e721f3a7");
    });
  });

  describe("hides a received message", () => {
    it("for the visibility timeout, then shows it again ahead of younger ones", async () => {
      const { queue, clock } = newQueue({ visibilityTimeoutSeconds: 30 });
      queue.send({ body: "old" });
      receiveOne(queue);
      await clock.advance(SECOND);
      queue.send({ body: "young" });
      await clock.advance(29 * SECOND - 1);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 1, delayed: 0 });
      await clock.advance(1);
      assert.deepEqual(queue.counts(), { visible: 2, inFlight: 0, delayed: 0 });
      assert.deepEqual(bodies(queue.receive(2)), ["old", "young"]);
    });

    it("counts receives, keeps the time of the first, and gives each its own handle", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const first = receiveOne(queue);
      await clock.advance(30 * SECOND);
      const second = receiveOne(queue);
      assert.equal(second.attributes.ApproximateReceiveCount, "2");
      assert.equal(
        second.attributes.ApproximateFirstReceiveTimestamp,
        first.attributes.ApproximateFirstReceiveTimestamp,
      );
      assert.notEqual(second.receiptHandle, first.receiptHandle);
      assert.equal(first.attributes.ApproximateReceiveCount, "1");
    });

    it("for the time that a receive asks for instead", async () => {
      const { queue, clock } = newQueue({ visibilityTimeoutSeconds: 30 });
      queue.send({ body: "a" });
      receiveOne(queue, 5);
      await clock.advance(5 * SECOND);
      assert.equal(queue.counts().visible, 1);
    });

    it("not at all with a timeout of 0, yet once per receive", () => {
      const { queue } = newQueue();
      queue.onVisible(() => undefined);
      queue.send({ body: "a" });
      assert.equal(queue.receive(10, 0).length, 1);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 0, delayed: 0 });
    });

    it("up to 120,000 at once", () => {
      const { queue } = newQueue();
      for (let sent = 0; sent <= 120_000; sent += 1) {
        queue.send({ body: "a" });
      }
      const received = queue.receive(200_000);
      assert.equal(received.length, 120_000);
      assert.deepEqual(queue.receive(1), []);
      queue.delete([received[7]?.receiptHandle ?? ""]);
      assert.equal(queue.receive(10).length, 1);
    });
  });

  describe("deletes", () => {
    it("by the last handle, even after its visibility timeout", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      await clock.advance(31 * SECOND);
      queue.delete([receiptHandle]);
      assert.deepEqual(queue.counts(), { visible: 0, inFlight: 0, delayed: 0 });
    });

    it("nothing by the handle of an earlier receive", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      await clock.advance(31 * SECOND);
      receiveOne(queue);
      queue.delete([receiptHandle]);
      assert.equal(queue.counts().inFlight, 1);
      assert.ok(queue.issued(receiptHandle));
    });

    it("nothing twice, and nothing by what was never a handle", () => {
      const { queue } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      queue.send({ body: "b" });
      queue.delete([receiptHandle, receiptHandle, "garbage"]);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 0, delayed: 0 });
      assert.ok(!queue.issued("garbage"));
      assert.ok(!newQueue().queue.issued(receiptHandle), "a handle of another queue");
    });
  });

  describe("changes a message's visibility", () => {
    it("to longer and shorter, counted from the change", async () => {
      const { queue, clock } = newQueue({ visibilityTimeoutSeconds: 30 });
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      await clock.advance(20 * SECOND);
      queue.changeVisibility(receiptHandle, 60);
      await clock.advance(59 * SECOND);
      assert.equal(queue.counts().inFlight, 1);
      queue.changeVisibility(receiptHandle, 2);
      await clock.advance(2 * SECOND);
      assert.equal(queue.counts().visible, 1);
    });

    it("to none at once, for the queue's own timeout on the next receive", async () => {
      const { queue, clock } = newQueue({ visibilityTimeoutSeconds: 30 });
      queue.send({ body: "a" });
      queue.changeVisibility(receiveOne(queue).receiptHandle, 0);
      assert.equal(queue.counts().visible, 1);
      receiveOne(queue);
      await clock.advance(29 * SECOND);
      assert.equal(queue.counts().inFlight, 1);
    });

    it("after the timeout too, while nobody has received it since", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      await clock.advance(31 * SECOND);
      queue.changeVisibility(receiptHandle, 10);
      assert.deepEqual(queue.counts(), { visible: 0, inFlight: 1, delayed: 0 });
    });

    it("never beyond 12 hours from the receive: an error, not a clamp", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle } = receiveOne(queue);
      await clock.advance(10 * SECOND);
      assert.throws(() => queue.changeVisibility(receiptHandle, 43_191), {
        name: "InvalidParameterValueException",
        message: /Total VisibilityTimeout for the message is beyond the limit \[43200 seconds\]/,
      });
      queue.changeVisibility(receiptHandle, 43_190);
      await clock.advance(43_189 * SECOND);
      assert.equal(queue.counts().inFlight, 1);
    });

    it("not by a handle that is out of use, and not by one of another queue", async () => {
      const { queue, clock } = newQueue();
      queue.send({ body: "a" });
      const { receiptHandle: old } = receiveOne(queue);
      await clock.advance(31 * SECOND);
      const { receiptHandle } = receiveOne(queue);
      assert.throws(() => queue.changeVisibility(old, 5), { name: "InvalidParameterValueException" });
      queue.delete([receiptHandle]);
      assert.throws(() => queue.changeVisibility(receiptHandle, 5), { name: "InvalidParameterValueException" });
      assert.throws(() => queue.changeVisibility("garbage", 5), { name: "ReceiptHandleIsInvalid" });
    });
  });

  it("delays by its own setting, or by the message's", async () => {
    const { queue, clock } = newQueue({ delaySeconds: 10, visibilityTimeoutSeconds: 600 });
    queue.send({ body: "queue's" });
    queue.send({ body: "own", delaySeconds: 60 });
    queue.send({ body: "none", delaySeconds: 0 });
    assert.deepEqual(queue.counts(), { visible: 1, inFlight: 0, delayed: 2 });
    assert.deepEqual(bodies(queue.receive(10)), ["none"]);
    await clock.advance(10 * SECOND);
    assert.deepEqual(bodies(queue.receive(10)), ["queue's"]);
    await clock.advance(50 * SECOND);
    assert.deepEqual(bodies(queue.receive(10)), ["own"]);
  });

  describe("expires messages", () => {
    it("at the end of the retention period, visible, delayed and in flight alike", async () => {
      const { queue, clock } = newQueue({ messageRetentionSeconds: 60, visibilityTimeoutSeconds: 600 });
      queue.send({ body: "in flight" });
      const { receiptHandle } = receiveOne(queue);
      queue.send({ body: "delayed", delaySeconds: 900 });
      queue.send({ body: "visible" });
      await clock.advance(60 * SECOND - 1);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 1, delayed: 1 });
      await clock.advance(1);
      assert.deepEqual(queue.counts(), { visible: 0, inFlight: 0, delayed: 0 });
      assert.deepEqual([...queue.messages()], []);
      queue.delete([receiptHandle]);
    });

    it("that return after a receive at their own time, not that of the receive", async () => {
      const { queue, clock } = newQueue({ messageRetentionSeconds: 60, visibilityTimeoutSeconds: 30 });
      queue.send({ body: "a" });
      await clock.advance(20 * SECOND);
      receiveOne(queue);
      await clock.advance(30 * SECOND);
      assert.equal(queue.counts().visible, 1);
      await clock.advance(10 * SECOND);
      assert.equal(queue.counts().visible, 0);
    });
  });

  it("shows all its messages without receiving them", () => {
    const { queue } = newQueue();
    queue.send({ body: "in flight" });
    receiveOne(queue);
    queue.send({ body: "visible" });
    queue.send({ body: "delayed", delaySeconds: 5 });
    assert.deepEqual(bodies([...queue.messages()]).sort(), ["delayed", "in flight", "visible"]);
    assert.equal(queue.counts().visible, 1);
  });

  it("forgets everything when purged", async () => {
    const { queue, clock } = newQueue();
    queue.send({ body: "in flight" });
    const { receiptHandle } = receiveOne(queue);
    queue.send({ body: "visible" });
    queue.send({ body: "delayed", delaySeconds: 5 });
    queue.purge();
    await clock.advance(HOUR);
    assert.deepEqual(queue.counts(), { visible: 0, inFlight: 0, delayed: 0 });
    queue.delete([receiptHandle]);
  });

  it("lets AWS's durations pass faster on a scaled clock", async () => {
    const clock = virtualClock(undefined, 20);
    const queue = new Queue(configuration({ visibilityTimeoutSeconds: 30, messageRetentionSeconds: 60 }), clock);
    queue.send({ body: "a" });
    receiveOne(queue);
    await clock.advance(1_499);
    assert.equal(queue.counts().inFlight, 1);
    await clock.advance(1);
    assert.equal(queue.counts().visible, 1);
    await clock.advance(1_500);
    assert.equal(queue.counts().visible, 0);
  });
});
