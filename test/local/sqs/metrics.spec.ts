import assert from "node:assert/strict";
import { QueueMetrics } from "../../../local/sqs/metrics.ts";
import { Queue } from "../../../local/sqs/queue.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { configuration, newQueue, newQueueWithDeadLetters, receiveOne } from "./fixtures.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const ALL = [
  "ApproximateAgeOfOldestMessage",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesVisible",
  "NumberOfMessagesDeleted",
  "NumberOfMessagesReceived",
  "NumberOfMessagesSent",
];

/** By name, of the queue "orders" unless another is named. */
function read(metrics: QueueMetrics, queue = "orders"): Record<string, number> {
  const samples = [...metrics.read()].filter(({ metric }) => metric.dimensions.QueueName === queue);
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.name, value]));
}

describe("the metrics of queues", () => {
  it("are SQS's own, by the queue's name, and there from the start", () => {
    const clock = virtualClock();
    const queues = ["orders", "payments"].map((name) => new Queue(configuration({ name }), clock));
    const samples = [...new QueueMetrics(queues, clock).read()];
    for (const QueueName of ["orders", "payments"]) {
      const own = samples.filter(({ metric }) => metric.dimensions.QueueName === QueueName);
      assert.deepEqual(own.map(({ metric }) => metric.name).sort(), ALL);
    }
    assert.ok(samples.every(({ metric, value }) => metric.namespace === "AWS/SQS" && value === 0));
  });

  it("count what happened since the last read", () => {
    const { queue, clock } = newQueue();
    const metrics = new QueueMetrics([queue], clock);
    for (const body of ["a", "b", "c"]) queue.send({ body });
    const received = queue.receive(2);
    queue.delete(received.map(({ receiptHandle }) => receiptHandle));
    const counts = (of: Record<string, number>) => [
      of.NumberOfMessagesSent,
      of.NumberOfMessagesReceived,
      of.NumberOfMessagesDeleted,
    ];
    assert.deepEqual(counts(read(metrics)), [3, 2, 2]);
    assert.deepEqual(counts(read(metrics)), [0, 0, 0]);
    queue.send({ body: "d" });
    assert.deepEqual(counts(read(metrics)), [1, 0, 0]);
  });

  it("count a second delete of a message, as AWS does", () => {
    const { queue, clock } = newQueue();
    const metrics = new QueueMetrics([queue], clock);
    queue.send({ body: "a" });
    const { receiptHandle } = receiveOne(queue);
    queue.delete([receiptHandle]);
    queue.delete([receiptHandle]);
    assert.equal(read(metrics).NumberOfMessagesDeleted, 2);
  });

  it("show what is visible, in flight and delayed", async () => {
    const { queue, clock } = newQueue();
    const metrics = new QueueMetrics([queue], clock);
    for (const delaySeconds of [0, 0, 0, 60, 60]) queue.send({ body: "a", delaySeconds });
    receiveOne(queue);
    const levels = () => {
      const now = read(metrics);
      return [
        now.ApproximateNumberOfMessagesVisible,
        now.ApproximateNumberOfMessagesNotVisible,
        now.ApproximateNumberOfMessagesDelayed,
      ];
    };
    assert.deepEqual(levels(), [2, 1, 2]);
    await clock.advance(MINUTE);
    assert.deepEqual(levels(), [5, 0, 0]);
  });

  describe("age the oldest message", () => {
    const age = (metrics: QueueMetrics, queue?: string) => read(metrics, queue).ApproximateAgeOfOldestMessage;

    it("from its arrival, in flight or delayed, until it is deleted", async () => {
      const { queue, clock } = newQueue();
      const metrics = new QueueMetrics([queue], clock);
      queue.send({ body: "first" });
      await clock.advance(10 * SECOND);
      queue.send({ body: "second", delaySeconds: 900 });
      const { receiptHandle } = receiveOne(queue, 3_600);
      await clock.advance(20 * SECOND + 999);
      assert.equal(age(metrics), 30);
      queue.delete([receiptHandle]);
      assert.equal(age(metrics), 20);
      queue.purge();
      assert.equal(age(metrics), 0);
    });

    it("in AWS's seconds, at any speed of the clock", async () => {
      const clock = virtualClock(undefined, 20);
      const queue = new Queue(configuration(), clock);
      queue.send({ body: "a" });
      await clock.advance(clock.span(10 * MINUTE));
      assert.equal(age(new QueueMetrics([queue], clock)), 600);
    });

    it("without one that was received three times and not deleted", async () => {
      const { queue, clock } = newQueue();
      const metrics = new QueueMetrics([queue], clock);
      queue.send({ body: "poison" });
      await clock.advance(MINUTE);
      queue.send({ body: "good", delaySeconds: 900 });
      await clock.advance(MINUTE);
      receiveOne(queue, 0);
      receiveOne(queue, 0);
      assert.equal(age(metrics), 120);
      receiveOne(queue, 0);
      assert.equal(age(metrics), 60);
    });

    it("without one that has expired", async () => {
      const { queue, clock } = newQueue({ messageRetentionSeconds: 60 });
      queue.send({ body: "a" });
      await clock.advance(MINUTE);
      assert.equal(age(new QueueMetrics([queue], clock)), 0);
    });

    it("of dead letters from the move, however often they were received before; a move is no send", async () => {
      const { source, target, clock } = newQueueWithDeadLetters(5);
      const metrics = new QueueMetrics([source, target], clock);
      source.send({ body: "a" });
      for (let receive = 0; receive < 5; receive += 1) receiveOne(source, 0);
      await clock.advance(10 * MINUTE);
      assert.deepEqual(source.receive(1), []);
      await clock.advance(MINUTE);
      assert.deepEqual([age(metrics, "orders"), age(metrics, "dlq")], [0, 60]);
      for (let receive = 0; receive < 3; receive += 1) receiveOne(target, 0);
      assert.equal(age(metrics, "dlq"), 0);
      assert.equal(target.totals().sent, 0);
      assert.equal(target.counts().visible, 1);
    });
  });
});
