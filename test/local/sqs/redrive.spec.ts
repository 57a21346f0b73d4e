import assert from "node:assert/strict";
import type { QueueConfiguration, RedriveAllowPolicy } from "../../../local/sqs/configuration.ts";
import { redriveProblems } from "../../../local/sqs/redrive.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { ACCOUNT, arnOf, bodies, configuration, newQueueWithDeadLetters, receiveOne } from "./fixtures.ts";

const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;

function source(overrides: Partial<NonNullable<QueueConfiguration["redrivePolicy"]>> = {}): QueueConfiguration {
  return configuration({ redrivePolicy: { deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 10, ...overrides } });
}

function target(redriveAllowPolicy?: RedriveAllowPolicy): QueueConfiguration {
  return configuration({ name: "dlq", ...(redriveAllowPolicy && { redriveAllowPolicy }) });
}

const ten = Array.from({ length: 9 }, (_, index) => arnOf(`q${index}`));

describe("a redrive policy", () => {
  const accepted: [title: string, configurations: QueueConfiguration[]][] = [
    ["by default", [source(), target()]],
    ["under allowAll", [source(), target({ redrivePermission: "allowAll" })]],
    [
      "when the target lists the queue",
      [source(), target({ redrivePermission: "byQueue", sourceQueueArns: [...ten, arnOf("orders")] })],
    ],
    ["whichever queue comes first", [target(), source()]],
  ];
  for (const [title, configurations] of accepted) {
    it(`is accepted ${title}`, () => {
      assert.deepEqual(redriveProblems(configurations), []);
    });
  }

  const refused: [title: string, configurations: QueueConfiguration[], problem: RegExp][] = [
    [
      "under denyAll",
      [source(), target({ redrivePermission: "denyAll" })],
      /^orders: redrivePolicy\.deadLetterTargetArn: dlq does not allow it/,
    ],
    [
      "when the target lists others",
      [source(), target({ redrivePermission: "byQueue", sourceQueueArns: [arnOf("x")] })],
      /dlq does not allow it \(redrivePermission byQueue\)/,
    ],
    ["when the target is no queue of the stack", [source()], /no queue of this stack/],
    ["when the target is the queue itself", [source({ deadLetterTargetArn: arnOf("orders") })], /its own/],
    [
      "with a count of 0",
      [source({ maxReceiveCount: 0 }), target()],
      /redrivePolicy\.maxReceiveCount: must be a whole number from 1 to 1000, is 0/,
    ],
    ["with a count of 1,001", [source({ maxReceiveCount: 1_001 }), target()], /must be .*, is 1001/],
    [
      "with more than 10 listed sources",
      [target({ redrivePermission: "byQueue", sourceQueueArns: [...ten, arnOf("a"), arnOf("b")] })],
      /11 queues, byQueue takes 1 to 10/,
    ],
    [
      "with listed sources under allowAll",
      [target({ redrivePermission: "allowAll", sourceQueueArns: [arnOf("a")] })],
      /only byQueue/,
    ],
  ];
  for (const [title, configurations, problem] of refused) {
    it(`is refused ${title}`, () => {
      const [found, ...others] = redriveProblems(configurations);
      assert.deepEqual(others, []);
      assert.match(`${found?.queue.name}: ${found?.property}: ${found?.rule}`, problem);
    });
  }

  it("that is refused keeps the service from opening", () => {
    assert.throws(() => new SqsService([source({ maxReceiveCount: 0 })], virtualClock()), {
      name: "ResourceError",
      message:
        /^orders\.redrivePolicy\.maxReceiveCount: .*, is 0\norders\.redrivePolicy\..* is no queue of this stack$/,
    });
  });
});

describe("a queue with a redrive policy", () => {
  it("moves a message at the receive after the last allowed one, not before", async () => {
    const { source, target, clock } = newQueueWithDeadLetters(2);
    source.send({ body: "bad" });
    for (const count of ["1", "2"]) {
      assert.equal(receiveOne(source).attributes.ApproximateReceiveCount, count);
      await clock.advance(30 * SECOND);
    }
    assert.deepEqual([source.counts().visible, target.counts().visible], [1, 0]);
    assert.deepEqual(source.receive(1), []);
    assert.deepEqual([source.counts().visible, target.counts().visible], [0, 1]);
  });

  it("hands out the others that the same receive finds", async () => {
    const { source, target, clock } = newQueueWithDeadLetters(1);
    source.send({ body: "bad" });
    receiveOne(source);
    await clock.advance(30 * SECOND);
    source.send({ body: "good" });
    assert.deepEqual(bodies(source.receive(1)), ["good"]);
    assert.equal(target.counts().visible, 1);
  });

  it("keeps id, body, times, attributes and receive count, and says where it came from", async () => {
    const { source, target, clock } = newQueueWithDeadLetters(1);
    const sentAt = clock.now();
    const messageAttributes = { kind: { DataType: "String", StringValue: "x" } };
    const { messageId } = source.send({ body: "bad", messageAttributes });
    const { receiptHandle } = receiveOne(source);
    await clock.advance(30 * SECOND);
    source.receive(1);
    const moved = receiveOne(target);
    assert.deepEqual([moved.messageId, moved.body, moved.messageAttributes], [messageId, "bad", messageAttributes]);
    assert.deepEqual(moved.attributes, {
      ApproximateReceiveCount: "2",
      SentTimestamp: String(sentAt),
      SenderId: ACCOUNT,
      ApproximateFirstReceiveTimestamp: String(sentAt),
      DeadLetterQueueSourceArn: arnOf("orders"),
    });
    source.delete([receiptHandle]);
    assert.equal(target.counts().inFlight, 1);
  });

  it("counts the dead-letter queue's retention from the first send", async () => {
    const { source, target, clock } = newQueueWithDeadLetters(1, {
      source: { messageRetentionSeconds: (4 * DAY) / SECOND },
      target: { messageRetentionSeconds: (4 * DAY) / SECOND },
    });
    source.send({ body: "bad" });
    await clock.advance(DAY);
    receiveOne(source);
    await clock.advance(30 * SECOND);
    source.receive(1);
    await clock.advance(3 * DAY - 31 * SECOND);
    assert.equal(target.counts().visible, 1);
    await clock.advance(SECOND);
    assert.equal(target.counts().visible, 0);
  });
});
