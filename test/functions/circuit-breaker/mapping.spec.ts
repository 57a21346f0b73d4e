import assert from "node:assert/strict";
import { mappingOf, nameOf, topicOf } from "../../../functions/circuit-breaker/mapping.ts";

const ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-order-events";

describe("mappingOf", () => {
  it("takes what counts", () => {
    const configuration = {
      UUID: "u",
      EventSourceArn: ARN,
      State: "Enabled",
      ScalingConfig: { MaximumConcurrency: 7 },
    };
    assert.deepEqual(mappingOf(configuration), {
      uuid: "u",
      sourceArn: ARN,
      state: "Enabled",
      maximumConcurrency: 7,
      hasPollers: false,
    });
  });

  it("knows a mapping without a maximum, and one with pollers", () => {
    for (const ScalingConfig of [undefined, {}]) {
      assert.equal(mappingOf({ ScalingConfig }).maximumConcurrency, undefined);
    }
    const pollers = [undefined, {}, { MaximumPollers: undefined }, { MinimumPollers: 2 }];
    assert.deepEqual(
      pollers.map((ProvisionedPollerConfig) => mappingOf({ ProvisionedPollerConfig }).hasPollers),
      [false, false, false, true],
    );
  });
});

describe("topicOf", () => {
  it("is the queue's name without its prefix, and nothing for other queues", () => {
    assert.equal(topicOf(ARN, "lean-ops-dev-topic-"), "order-events");
    assert.equal(topicOf(ARN, "lean-ops-prod-topic-"), undefined);
    assert.equal(nameOf(ARN), "lean-ops-dev-topic-order-events");
  });
});
