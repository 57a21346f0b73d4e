import assert from "node:assert/strict";
import { type MetricLine, writeMetrics } from "../../../functions/common/metrics.ts";

function parsed(line: MetricLine): Record<string, unknown> {
  const lines: string[] = [];
  writeMetrics((text) => lines.push(text), line);
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? "");
}

describe("writeMetrics", () => {
  it("writes all counts as one line of the embedded metric format, under one set of dimensions", () => {
    const line = parsed({
      timestamp: 1_795_416_000_000,
      dimensions: { service: "s", topic: "orders" },
      counts: { Received: 3, Failed: 0 },
    });
    assert.deepEqual(line, {
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

  it("writes what goes under further dimensions into the same line, and that alone under them", () => {
    const line = parsed({
      timestamp: 1,
      dimensions: { service: "s" },
      counts: { Started: 1 },
      finer: { dimensions: { lane: "3" }, counts: { FreshStarted: 1 } },
      properties: { request: "r" },
    });
    const Namespace = "LeanOps";
    assert.deepEqual(line, {
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [
          { Namespace, Dimensions: [["service"]], Metrics: [{ Name: "Started", Unit: "Count" }] },
          { Namespace, Dimensions: [["service", "lane"]], Metrics: [{ Name: "FreshStarted", Unit: "Count" }] },
        ],
      },
      service: "s",
      lane: "3",
      Started: 1,
      FreshStarted: 1,
      request: "r",
    });
  });
});
