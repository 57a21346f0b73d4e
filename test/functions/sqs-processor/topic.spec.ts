import assert from "node:assert/strict";
import { topicOf } from "../../../functions/sqs-processor/topic.ts";

const PREFIX = "lean-ops-dev-topic-";
const arn = (queue: string) => `arn:aws:sqs:eu-west-1:123456789012:${queue}`;

describe("topicOf", () => {
  it("is the queue's name without the prefix, dashes and all", () => {
    assert.equal(topicOf(arn("lean-ops-dev-topic-events"), PREFIX), "events");
    assert.equal(topicOf(arn("lean-ops-dev-topic-order-events"), PREFIX), "order-events");
    assert.equal(topicOf(arn(`${PREFIX}${PREFIX}x`), PREFIX), `${PREFIX}x`);
  });

  for (const queue of ["lean-ops-dev-dlq", "lean-ops-prod-topic-events", "events", PREFIX, `x${PREFIX}events`]) {
    it(`fails loudly for the queue ${queue}`, () => {
      assert.throws(() => topicOf(arn(queue), PREFIX), new RegExp(`"${queue}" belongs to no topic`));
    });
  }

  it("says no more of a queue than a queue's name can be long", () => {
    assert.throws(
      () => topicOf(arn("x".repeat(100_000)), PREFIX),
      ({ message }: Error) => message.length < 200,
    );
  });
});
