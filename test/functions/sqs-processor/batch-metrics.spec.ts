import assert from "node:assert/strict";
import { type Batch, endLines, freshLane, startLine } from "../../../functions/sqs-processor/batch-metrics.ts";
import { messagesOf } from "../../../functions/sqs-processor/message.ts";
import { sqsRecord } from "../support/sqs.ts";
import { LANES, ofTopic, received } from "./invocation.ts";

const laneOf = (...records: Parameters<typeof sqsRecord>[0][]) =>
  freshLane(
    messagesOf(
      records.map((record, n) => sqsRecord({ messageId: `m${n}`, ...record })),
      "lean-ops-dev-topic-",
    ),
    LANES,
  );

describe("freshLane", () => {
  it("is the lane of the batch's topic", () => {
    assert.equal(laneOf(ofTopic("payments"), ofTopic("payments")), "2");
  });

  it("is one lane, even if the batch has topics of several", () => {
    assert.equal(laneOf(ofTopic("payments"), ofTopic("order-events")), "2");
  });

  it("is 0 for a topic that is in no list", () => {
    assert.equal(laneOf(ofTopic("new")), "0");
    assert.equal(laneOf(ofTopic("toString")), "0");
  });

  it("is none where a message was received before, be it only by a copy's account, or where there is none", () => {
    assert.equal(laneOf({}, received(2)), undefined);
    assert.equal(laneOf({ messageId: "m" }, { messageId: "m", ...received(2) }), undefined);
    assert.equal(laneOf(), undefined);
  });
});

describe("an invocation's metrics", () => {
  const batch: Batch = { startedAt: 7, functionName: "f", freshLane: "3" };
  const dimensions = { service: "sqs-processor", function_name: "f" };

  it("say nothing of lanes where the batch is not fresh", () => {
    const stale = { ...batch, freshLane: undefined };
    assert.deepEqual(startLine(stale), { timestamp: 7, dimensions, counts: { BatchesStarted: 1 } });
    assert.deepEqual(
      endLines(stale, new Map(), true).map((line) => "finer" in line),
      [false],
    );
  });

  it("have no line for a topic of which there is nothing to tell", () => {
    const outcomes = new Map([
      ["a", { forwarded: 9, dropped: 1, NOT_REACHED: 1 }],
      ["b", { forwarded: 1, FIREHOSE_REFUSED: 2, FIREHOSE_UNAVAILABLE: 3, FIREHOSE_THROTTLED: 4 }],
    ]);
    const [, ...topics] = endLines(batch, outcomes, false);
    assert.deepEqual(topics, [
      {
        timestamp: 7,
        dimensions: { ...dimensions, topic: "b" },
        counts: { DependencyFailures: 5, DependencyThrottles: 4 },
      },
    ]);
  });
});
