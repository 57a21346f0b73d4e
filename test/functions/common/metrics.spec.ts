import assert from "node:assert/strict";
import { writeMetrics } from "../../../functions/common/metrics.ts";

describe("writeMetrics", () => {
  it("writes all counts as one line of the embedded metric format, under one set of dimensions", () => {
    const lines: string[] = [];
    writeMetrics((line) => lines.push(line), {
      timestamp: 1_795_416_000_000,
      dimensions: { service: "s", topic: "orders" },
      counts: { Received: 3, Failed: 0 },
    });
    assert.equal(lines.length, 1);
    assert.deepEqual(JSON.parse(lines[0] ?? ""), {
      _aws: {
        Timestamp: 1_795_416_000_000,
        CloudWatchMetrics: [
          {
            Namespace: "LeanOps",
            Dimensions: [["service", "topic"]],
            Metrics: [
              { Name: "Received", Unit: "Count" },
              { Name: "Failed", Unit: "Count" },
            ],
          },
        ],
      },
      service: "s",
      topic: "orders",
      Received: 3,
      Failed: 0,
    });
  });
});
