import assert from "node:assert/strict";
import { Queue } from "../../../local/sqs/queue.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { configuration, newQueue, newQueueWithDeadLetters, receiveOne } from "./fixtures.ts";

const SECOND = 1_000;

describe("a queue tells a listener", () => {
  it("of arrivals, once for many in one turn", async () => {
    const { queue, clock } = newQueue();
    let calls = 0;
    queue.onVisible(() => {
      calls += 1;
    });
    queue.send({ body: "a" });
    queue.send({ body: "b" });
    assert.equal(calls, 0, "before the sender's own code has run");
    await clock.advance(0);
    assert.equal(calls, 1);
  });

  it("of messages that come back, when they do", async () => {
    const { queue, clock } = newQueue({ visibilityTimeoutSeconds: 30 });
    queue.send({ body: "a" });
    queue.send({ body: "b", delaySeconds: 10 });
    receiveOne(queue);
    const heard: number[] = [];
    const start = clock.now();
    queue.onVisible(() => heard.push((clock.now() - start) / SECOND));
    await clock.advance(60 * SECOND);
    assert.deepEqual(heard, [10, 30]);
  });

  it("of them in the clock's own time, where durations pass faster", async () => {
    const clock = virtualClock(undefined, 20);
    const queue = new Queue(configuration(), clock);
    const start = clock.now();
    const heard: number[] = [];
    queue.onVisible(() => heard.push(clock.now() - start));
    queue.send({ body: "a", delaySeconds: 10 });
    await clock.advance(10 * SECOND);
    assert.deepEqual(heard, [500]);
  });

  it("of a message whose timeout is cut short", async () => {
    const { queue, clock } = newQueue();
    queue.send({ body: "a" });
    const { receiptHandle } = receiveOne(queue);
    const heard: number[] = [];
    const start = clock.now();
    queue.onVisible(() => heard.push((clock.now() - start) / SECOND));
    queue.changeVisibility(receiptHandle, 3);
    await clock.advance(5 * SECOND);
    queue.changeVisibility(receiveOne(queue).receiptHandle, 0);
    await clock.advance(0);
    assert.deepEqual(heard, [3, 5]);
  });

  it("of a dead letter's arrival", async () => {
    const { source, target, clock } = newQueueWithDeadLetters(1);
    let calls = 0;
    target.onVisible(() => {
      calls += 1;
    });
    source.send({ body: "bad" });
    receiveOne(source);
    await clock.advance(30 * SECOND);
    source.receive(1);
    await clock.advance(0);
    assert.equal(calls, 1);
  });

  it("that the in-flight limit no longer holds it back", async () => {
    const { queue, clock } = newQueue();
    for (let sent = 0; sent <= 120_000; sent += 1) {
      queue.send({ body: "a" });
    }
    const [message] = queue.receive(200_000);
    let calls = 0;
    queue.onVisible(() => {
      calls += 1;
    });
    queue.delete([message?.receiptHandle ?? ""]);
    await clock.advance(0);
    assert.equal(calls, 1);
  });

  it("nothing once it has stopped, and then leaves no timer", async () => {
    const { queue, clock } = newQueue();
    const stop = queue.onVisible(() => assert.fail("called after the end"));
    queue.send({ body: "a", delaySeconds: 5 });
    assert.equal(clock.pending(), 1);
    stop();
    assert.equal(clock.pending(), 0);
    await clock.advance(10 * SECOND);
  });

  it("with one timer, however many messages are hidden", () => {
    const { queue, clock } = newQueue();
    queue.onVisible(() => undefined);
    for (let sent = 0; sent < 50; sent += 1) {
      queue.send({ body: "a", delaySeconds: 60 - sent });
    }
    assert.equal(clock.pending(), 1);
  });
});
