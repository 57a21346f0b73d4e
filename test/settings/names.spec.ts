import assert from "node:assert/strict";
import fc from "fast-check";
import { namesFor } from "../../settings/names.ts";

const topic = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);

describe("names", () => {
  const names = namesFor("lean-ops", "dev");

  it("begin with the project and the stack", () => {
    assert.equal(names.topicQueue("orders"), "lean-ops-dev-topic-orders");
    assert.equal(names.deadLetterQueue, "lean-ops-dev-dlq");
    assert.equal(names.deliveryStream, "lean-ops-dev-events");
    assert.equal(names.functionName("sqs-processor"), "lean-ops-dev-sqs-processor");
    assert.equal(names.deliveryRole, "lean-ops-dev-delivery");
    assert.equal(names.optimizerRole, "lean-ops-dev-table-optimizer");
    assert.equal(names.lakeBucket("123456789012"), "lean-ops-dev-lake-123456789012");
    assert.equal(names.errorBucket("123456789012"), "lean-ops-dev-errors-123456789012");
    assert.equal(names.archiveBucket("123456789012"), "lean-ops-dev-archive-123456789012");
    assert.equal(names.errorTracker, "lean-ops-dev-error-tracker");
    assert.equal(names.deliveryErrorsQueue, "lean-ops-dev-delivery-errors");
    assert.equal(names.replayFailuresQueue, "lean-ops-dev-replay-failures");
    assert.equal(names.sweepSchedule, "lean-ops-dev-error-sweep");
    assert.equal(names.sweepScheduleRole, "lean-ops-dev-error-sweep-schedule");
    assert.equal(names.circuitTable, "lean-ops-dev-circuit");
    assert.equal(names.breakerTopic, "lean-ops-dev-breaker");
    assert.equal(names.alertTopic, "lean-ops-dev-alerts");
    assert.equal(names.breakerSchedule, "lean-ops-dev-circuit-breaker");
    assert.equal(names.breakerScheduleRole, "lean-ops-dev-circuit-breaker-schedule");
    assert.equal(names.alarm("dlq-age"), "lean-ops-dev-dlq-age");
    assert.equal(names.dashboard, "lean-ops-dev");
    assert.equal(names.chat, "lean-ops-dev-chat");
    assert.equal(names.keyAlias("messages"), "alias/lean-ops-dev-messages");
    assert.deepEqual(names.topicQueueTag, { key: "topicOf", value: "lean-ops-dev" });
  });

  it("have no dashes where Glue, Athena and Firehose read them", () => {
    assert.equal(names.database("raw"), "lean_ops_dev_raw");
    assert.equal(names.table("order-events"), "order_events");
    assert.equal(names.rejectedTable("order-events"), "order_events_rejected");
    assert.equal(names.currentView("order-events"), "order_events_current");
  });

  it("give the topic back from its queue's name, dashes and all", () => {
    fc.assert(
      fc.property(topic, (name) => {
        assert(names.topicQueue(name).startsWith(names.topicQueuePrefix));
        assert.equal(names.topicQueue(name).slice(names.topicQueuePrefix.length), name);
      }),
    );
  });

  it("never let a topic's queue be one of the others", () => {
    const others = [names.deadLetterQueue, names.deliveryErrorsQueue, names.replayFailuresQueue];
    fc.assert(fc.property(topic, (name) => !others.includes(names.topicQueue(name))));
  });

  it("give different topics different tables", () => {
    fc.assert(fc.property(topic, topic, (one, other) => one === other || names.table(one) !== names.table(other)));
  });
});
