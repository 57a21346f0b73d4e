import assert from "node:assert/strict";
import { ResourceError } from "../../../local/graph/inputs.ts";
import type { FunctionConfiguration } from "../../../local/lambda/configuration.ts";
import { mappingsOf } from "../../../local/mappings/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:orders";
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:sqs-processor";

const processor: FunctionConfiguration = {
  arn: functionArn,
  name: "sqs-processor",
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeoutSeconds: 30,
  memoryMegabytes: 512,
  variables: {},
  reservedConcurrency: undefined,
  roleArn: "arn:aws:iam::123456789012:role/processor",
  logGroup: "/aws/lambda/sqs-processor",
  files: {},
};

function read(inputs: Record<string, unknown>, queue: Record<string, unknown> = { visibilityTimeoutSeconds: 90 }) {
  const graph = graphOf([
    { type: "aws:sqs/queue:Queue", name: "orders", inputs: { name: "orders", ...queue } },
    {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "orders-mapping",
      inputs: { eventSourceArn: queueArn, functionName: "sqs-processor", ...inputs },
    },
  ]);
  return mappingsOf(graph, [processor]);
}

function refusal(inputs: Record<string, unknown>, queue?: Record<string, unknown>): string {
  try {
    read(inputs, queue);
  } catch (error) {
    assert.ok(error instanceof ResourceError);
    return error.message;
  }
  return assert.fail("the mapping was accepted");
}

describe("event source mappings of a graph", () => {
  it("have AWS's defaults", () => {
    const [mapping] = read({});
    assert.deepEqual(
      { ...mapping, uuid: typeof mapping?.uuid },
      {
        uuid: "string",
        queueArn,
        functionArn,
        batchSize: 10,
        windowSeconds: 0,
        maximumConcurrency: undefined,
        reportsItemFailures: false,
        emitsEventCounts: false,
        enabled: true,
      },
    );
  });

  it("take every setting from their resource", () => {
    const [mapping] = read({
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      scalingConfig: { maximumConcurrency: 50 },
      functionResponseTypes: ["ReportBatchItemFailures"],
      metricsConfig: { metrics: ["EventCount"] },
      enabled: false,
    });
    assert.deepEqual([mapping?.batchSize, mapping?.windowSeconds, mapping?.maximumConcurrency], [100, 1, 50]);
    assert.deepEqual([mapping?.reportsItemFailures, mapping?.emitsEventCounts, mapping?.enabled], [true, true, false]);
  });

  for (const functionName of [functionArn, `${functionArn}:$LATEST`, "123456789012:function:sqs-processor"]) {
    it(`find their function as ${functionName}`, () => {
      assert.equal(read({ functionName })[0]?.functionArn, functionArn);
    });
  }

  const refused: [title: string, inputs: Record<string, unknown>, message: RegExp][] = [
    ["a batch above 10 without a window", { batchSize: 11 }, /Maximum batch window in seconds must be greater than 0/],
    ["a batch above 10,000", { batchSize: 10_001 }, /batchSize: must be a whole number from 1 to 10000, is 10001/],
    ["a window above 300 s", { maximumBatchingWindowInSeconds: 301 }, /from 0 to 300, is 301/],
    [
      "a maximum concurrency of 1",
      { scalingConfig: { maximumConcurrency: 1 } },
      /scalingConfig\.maximumConcurrency: .* from 2 to 1000, is 1/,
    ],
    ["an unknown response type", { functionResponseTypes: ["All"] }, /must be ReportBatchItemFailures/],
    [
      "other metrics",
      { metricsConfig: { metrics: ["EventCount", "KafkaMetrics"] } },
      /metrics: must be EventCount, is/,
    ],
    ["another scaling", { scalingConfig: { minimumConcurrency: 2 } }, /scalingConfig\.minimumConcurrency: not known/],
    ["an unknown function", { functionName: "other" }, /Function does not exist: other/],
    ["an unknown queue", { eventSourceArn: `${queueArn}-2` }, /the stack has no queue/],
    ["a FIFO queue", { eventSourceArn: `${queueArn}.fifo` }, /standard queues only/],
    ["a stream", { eventSourceArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/s" }, /SQS queues only/],
    ["a filter", { filterCriteria: { filters: [] } }, /does not filter/],
    ["provisioned pollers", { provisionedPollerConfig: { minimumPollers: 2 } }, /no provisioned pollers/],
    ["bisecting", { bisectBatchOnFunctionError: true }, /bisectBatchOnFunctionError is not valid for SQS/],
    ["retry attempts", { maximumRetryAttempts: 2 }, /maximumRetryAttempts is not valid for SQS/],
    ["a record age", { maximumRecordAgeInSeconds: 60 }, /maximumRecordAgeInSeconds is not valid for SQS/],
    ["a parallelisation factor", { parallelizationFactor: 2 }, /parallelizationFactor is not valid for SQS/],
    ["a starting position", { startingPosition: "LATEST" }, /startingPosition is not valid for SQS/],
    ["a tumbling window", { tumblingWindowInSeconds: 30 }, /tumblingWindowInSeconds is not valid for SQS/],
    ["a destination", { destinationConfig: { onFailure: {} } }, /destinationConfig is not valid for SQS/],
  ];
  for (const [title, inputs, message] of refused) {
    it(`refuse ${title}`, () => {
      assert.match(refusal(inputs), message);
    });
  }

  it("refuse a queue whose visibility timeout is below the function's timeout", () => {
    assert.match(
      refusal({}, { visibilityTimeoutSeconds: 29 }),
      /Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds/,
    );
  });

  it("take SQS's default visibility timeout where the queue sets none", () => {
    assert.equal(read({}, {}).length, 1);
  });

  it("refuse a second mapping of the same queue and function", () => {
    const mapping = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      inputs: { eventSourceArn: queueArn, functionName: "sqs-processor" },
    };
    const graph = graphOf([
      { type: "aws:sqs/queue:Queue", name: "orders", inputs: { name: "orders" } },
      { ...mapping, name: "first" },
      { ...mapping, name: "second" },
    ]);
    assert.throws(() => mappingsOf(graph, [processor]), /second.*already exists/);
  });

  it("name every problem at once, each with its resource", () => {
    const message = refusal({ batchSize: 0, startingPosition: "LATEST" });
    assert.equal(message.split("\n").length, 2);
    for (const line of message.split("\n")) {
      assert.match(line, /^aws:lambda\/eventSourceMapping:EventSourceMapping "orders-mapping": /);
    }
  });
});
