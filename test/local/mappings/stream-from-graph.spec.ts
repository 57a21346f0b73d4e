import assert from "node:assert/strict";
import { ResourceError } from "../../../local/graph/inputs.ts";
import type { FunctionConfiguration } from "../../../local/lambda/configuration.ts";
import { isStreamArn } from "../../../local/mappings/stream-configuration.ts";
import { ignoredInputs, streamMappingsOf } from "../../../local/mappings/stream-from-graph.ts";
import { graphOf } from "../../support/graph.ts";
import { streamArn } from "../dynamodb/fixtures.ts";
import { functionArn } from "./stream-fixtures.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:failures";

const replay: FunctionConfiguration = {
  arn: functionArn,
  name: "replay",
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeoutSeconds: 30,
  memoryMegabytes: 512,
  variables: {},
  reservedConcurrency: undefined,
  roleArn: "arn:aws:iam::123456789012:role/replay",
  logGroup: "/aws/lambda/replay",
  files: {},
};

const required = { eventSourceArn: streamArn, functionName: "replay", startingPosition: "TRIM_HORIZON" };

function read(...mappings: Record<string, unknown>[]) {
  const graph = graphOf([
    { type: "aws:sqs/queue:Queue", name: "failures", inputs: { name: "failures" } },
    { type: "aws:dynamodb/table:Table", name: "errors", inputs: { name: "errors", streamEnabled: true } },
    ...mappings.map((inputs, index) => ({
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: `mapping-${index}`,
      inputs: { ...required, ...inputs },
    })),
  ]);
  return streamMappingsOf(graph, [replay]);
}

function refusal(...mappings: Record<string, unknown>[]): string {
  try {
    read(...mappings);
  } catch (error) {
    assert.ok(error instanceof ResourceError);
    return error.message;
  }
  return assert.fail("the mapping was accepted");
}

describe("stream mappings of a graph", () => {
  it("are told from others by their source's ARN", () => {
    assert.equal(isStreamArn(streamArn), true);
    for (const other of [queueArn, streamArn.replace(/\/stream.*/, ""), undefined]) {
      assert.equal(isStreamArn(other), false);
    }
    assert.deepEqual(read({ eventSourceArn: queueArn }), []);
  });

  it("have AWS's defaults", () => {
    const [mapping] = read({});
    assert.deepEqual(
      { ...mapping, uuid: typeof mapping?.uuid },
      {
        uuid: "string",
        streamArn,
        functionArn,
        batchSize: 100,
        windowSeconds: 0,
        startingPosition: "TRIM_HORIZON",
        filters: [],
        reportsItemFailures: false,
        bisectsOnError: false,
        maximumRetryAttempts: undefined,
        maximumRecordAgeSeconds: undefined,
        onFailureQueueArn: undefined,
        emitsEventCounts: false,
        enabled: true,
      },
    );
  });

  it("take every setting from their resource", () => {
    const pattern = '{"dynamodb":{"NewImage":{"status":{"S":["REPLAY_REQUESTED"]}}}}';
    const [mapping] = read({
      functionName: functionArn,
      startingPosition: "LATEST",
      batchSize: 50,
      maximumBatchingWindowInSeconds: 2,
      filterCriteria: { filters: [{ pattern }] },
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destinationArn: queueArn } },
      parallelizationFactor: 1,
      metricsConfig: { metrics: ["EventCount"] },
      enabled: false,
    });
    const { uuid, ...settings } = mapping ?? {};
    assert.ok(uuid);
    assert.deepEqual(settings, {
      streamArn,
      functionArn,
      batchSize: 50,
      windowSeconds: 2,
      startingPosition: "LATEST",
      filters: [pattern],
      reportsItemFailures: true,
      bisectsOnError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeSeconds: 3600,
      onFailureQueueArn: queueArn,
      emitsEventCounts: true,
      enabled: false,
    });
  });

  it("take -1 for no limit, and what has no effect here", () => {
    const [mapping] = read({ maximumRetryAttempts: -1, maximumRecordAgeInSeconds: -1, tags: { owner: "data" } });
    assert.deepEqual([mapping?.maximumRetryAttempts, mapping?.maximumRecordAgeSeconds], [undefined, undefined]);
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  const refused: [title: string, inputs: Record<string, unknown>, message: RegExp][] = [
    ["an unknown stream", { eventSourceArn: streamArn.replace("errors", "x") }, /the stack has no stream/],
    ["an unknown function", { functionName: "nobody" }, /functionName: Function does not exist: nobody/],
    ["no starting position", { startingPosition: undefined }, /startingPosition: must be TRIM_HORIZON or LATEST/],
    ["a position in time", { startingPosition: "AT_TIMESTAMP" }, /startingPosition: must be TRIM_HORIZON or LATEST/],
    ["too large a batch", { batchSize: 10_001 }, /batchSize: must be a whole number from 1 to 10000/],
    ["too long a window", { maximumBatchingWindowInSeconds: 301 }, /maximumBatchingWindowInSeconds: must be/],
    ["too many retries", { maximumRetryAttempts: 10_001 }, /maximumRetryAttempts: must be .* 0 to 10000/],
    ["too small an age", { maximumRecordAgeInSeconds: 59 }, /maximumRecordAgeInSeconds: must be .* 60 to 604800/],
    ["parallel batches", { parallelizationFactor: 2 }, /one batch of a shard at a time/],
    ["what is for queues only", { scalingConfig: { maximumConcurrency: 2 } }, /scalingConfig: not known/],
    ["tumbling windows", { tumblingWindowInSeconds: 10 }, /tumblingWindowInSeconds: not known/],
    ["another response type", { functionResponseTypes: ["All"] }, /must be ReportBatchItemFailures/],
    ["other metrics", { metricsConfig: { metrics: ["ErrorCount"] } }, /metricsConfig.metrics: must be EventCount/],
    [
      "a destination that is no queue of the stack",
      { destinationConfig: { onFailure: { destinationArn: "arn:aws:sns:eu-west-1:123456789012:topic" } } },
      /destinationConfig.onFailure.destinationArn: must be a standard queue of the stack/,
    ],
    [
      "a filter that is no pattern",
      { filterCriteria: { filters: [{ pattern: "{}" }] } },
      /filterCriteria.filters\[0\].pattern: the pattern must be an object/,
    ],
    [
      "six filters",
      { filterCriteria: { filters: Array.from({ length: 6 }, () => ({ pattern: '{"a":[1]}' })) } },
      /at most 5 filters, are 6/,
    ],
  ];
  for (const [title, inputs, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(refusal(inputs), message);
    });
  }

  it("are refused twice for the same stream and function", () => {
    assert.match(
      refusal({}, {}),
      /"mapping-1": eventSourceArn: an event source mapping of this stream .* already exists/,
    );
  });
});
