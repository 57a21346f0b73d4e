import assert from "node:assert/strict";
import { describeMapping } from "../../../local/lambda-api/mapping-description.ts";
import { processor, queueArnOf, queueMapping, replay, statusOf, streamMapping, uuidOf } from "./fixtures.ts";

describe("the description of a mapping", () => {
  it("of a queue has its settings and its state", () => {
    assert.deepEqual(describeMapping(statusOf(queueMapping(1))), {
      UUID: uuidOf(1),
      EventSourceMappingArn: `arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:${uuidOf(1)}`,
      EventSourceArn: queueArnOf(1),
      FunctionArn: processor.arn,
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MetricsConfig: { Metrics: ["EventCount"] },
      ScalingConfig: { MaximumConcurrency: 2 },
      State: "Enabled",
      StateTransitionReason: "USER_INITIATED",
      LastModified: Date.UTC(2026, 0, 1) / 1000,
    });
  });

  it("leaves out what a mapping does not have", () => {
    const bare = { maximumConcurrency: undefined, emitsEventCounts: false, reportsItemFailures: false };
    const description = describeMapping(statusOf(queueMapping(1, bare)));
    assert.deepEqual(description.FunctionResponseTypes, []);
    assert.ok(!("ScalingConfig" in description) && !("MetricsConfig" in description));
  });

  it("of a stream has what there is for streams", () => {
    const { EventSourceArn, State, FunctionArn, UUID, LastModified, EventSourceMappingArn, ...settings } =
      describeMapping(statusOf(streamMapping(2)));
    assert.deepEqual([EventSourceArn, FunctionArn], [streamMapping(2).streamArn, replay.arn]);
    assert.deepEqual(settings, {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      StartingPosition: "TRIM_HORIZON",
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 0,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 3600,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:eu-west-1:123456789012:failures" } },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["MODIFY"]}' }] },
      StateTransitionReason: "USER_INITIATED",
    });
  });
});
