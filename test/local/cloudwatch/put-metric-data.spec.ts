import assert from "node:assert/strict";
import { openCloudWatch } from "./cloudwatches.ts";

const MINUTE = 60_000;

describe("PutMetricData", () => {
  const setUp = (speed = 1) => {
    const { clock, cloudWatch } = openCloudWatch([], { speed });
    const put = (MetricData: unknown, more: object = {}) =>
      cloudWatch.call("PutMetricData", { Namespace: "Own", MetricData, ...more });
    /** Of the metric `m` in the current minute. */
    const read = async (): Promise<Record<string, number | undefined>> => {
      const stats = ["Sum", "SampleCount", "Minimum", "Maximum", "Average"];
      const MetricDataQueries = stats.map((Stat) => ({
        Id: Stat.toLowerCase(),
        MetricStat: { Metric: { Namespace: "Own", MetricName: "m" }, Period: 60, Stat },
      }));
      const times = { StartTime: clock.now() / 1000, EndTime: (clock.now() + 1) / 1000 };
      const answer = await cloudWatch.call("GetMetricData", { MetricDataQueries, ...times });
      const { MetricDataResults } = answer as { MetricDataResults: { Id: string; Values: number[] }[] };
      return Object.fromEntries(MetricDataResults.map(({ Id, Values }) => [Id, Values[0]]));
    };
    return { clock, put, read, cloudWatch };
  };

  it("takes values, values with counts, and statistic sets, all of a minute together", async () => {
    const { put, read } = setUp();
    await put([
      { MetricName: "m", Value: 4, Unit: "Count", StorageResolution: 60 },
      { MetricName: "m", Values: [1, 2], Counts: [3, 1] },
      { MetricName: "m", Values: [0] },
      { MetricName: "m", StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 3, Maximum: 7 } },
    ]);
    assert.deepEqual(await read(), { sum: 19, samplecount: 8, minimum: 0, maximum: 7, average: 19 / 8 });
  });

  it("goes by the time that is given", async () => {
    const { put, read, clock } = setUp();
    await put([{ MetricName: "m", Value: 1, Timestamp: (clock.now() - MINUTE) / 1000 }]);
    assert.equal((await read()).sum, undefined);
  });

  for (const speed of [1, 20]) {
    it(`refuses times of more than two weeks ago or two hours ahead, at speed ${speed}`, async () => {
      const { put, clock } = setUp(speed);
      const at = (ms: number) => [{ MetricName: "m", Value: 1, Timestamp: (clock.now() + clock.span(ms)) / 1000 }];
      await put(at(-14 * 24 * 60 * MINUTE));
      await put(at(2 * 60 * MINUTE));
      for (const ms of [-14 * 24 * 60 * MINUTE - MINUTE, 2 * 60 * MINUTE + MINUTE]) {
        await assert.rejects(put(at(ms)), { name: "InvalidParameterValueException", message: /Timestamp of m/ });
      }
    });
  }

  const dimension = (Name: string, Value: string) => ({ Name, Value });
  const refused: [string, unknown, string, RegExp][] = [
    ["nothing", [], "MissingRequiredParameterException", /MetricData is required/],
    [
      "1,001 metrics",
      new Array(1000).fill({ MetricName: "m", Value: 1 }),
      "ValidationException",
      /at most 1000, are 1001/,
    ],
    [
      "a metric without a name",
      [{ Value: 1 }],
      "MissingRequiredParameterException",
      /member\.1\.MetricName is required/,
    ],
    ["no value", [{ MetricName: "m" }], "InvalidParameterCombinationException", /not 0/],
    [
      "two kinds of values",
      [{ MetricName: "m", Value: 1, Values: [1] }],
      "InvalidParameterCombinationException",
      /not 2/,
    ],
    ["an empty list", [{ MetricName: "m", Values: [] }], "MissingRequiredParameterException", /Values is required/],
    ["text as value", [{ MetricName: "m", Value: "1" }], "SerializationException", /Value is not a number/],
    ["a huge value", [{ MetricName: "m", Value: 1e200 }], "InvalidParameterValueException", /2\^360/],
    [
      "other counts than values",
      [{ MetricName: "m", Values: [1, 2], Counts: [1] }],
      "InvalidParameterCombinationException",
      /2 values and 1 counts/,
    ],
    [
      "a count of zero",
      [{ MetricName: "m", Values: [1], Counts: [0] }],
      "InvalidParameterValueException",
      /counts above 0/,
    ],
    [
      "151 values",
      [{ MetricName: "m", Values: new Array(151).fill(1) }],
      "InvalidParameterValueException",
      /more than 150 values/,
    ],
    [
      "half a statistic set",
      [{ MetricName: "m", StatisticValues: { Sum: 1 } }],
      "MissingRequiredParameterException",
      /SampleCount is required/,
    ],
    [
      "a minimum above the maximum",
      [{ MetricName: "m", StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } }],
      "InvalidParameterValueException",
      /Minimum not above Maximum/,
    ],
    [
      "a dimension twice",
      [{ MetricName: "m", Value: 1, Dimensions: [dimension("a", "1"), dimension("a", "2")] }],
      "InvalidParameterValueException",
      /given twice/,
    ],
    [
      "31 dimensions",
      [{ MetricName: "m", Value: 1, Dimensions: Array.from({ length: 31 }, (_, i) => dimension(`d${i}`, "v")) }],
      "InvalidParameterValueException",
      /at most 30 dimensions/,
    ],
    ["an entity", [{ MetricName: "m", Value: 1, Entity: {} }], "ValidationException", /Entity: not known/],
  ];
  for (const [what, data, name, message] of refused) {
    it(`refuses ${what}, and takes nothing else of the request`, async () => {
      const { put, cloudWatch } = setUp();
      const good = [{ MetricName: "other", Value: 1 }];
      const all = (data as unknown[]).length === 0 ? data : [...(data as unknown[]), ...good];
      await assert.rejects(put(all), { name, message });
      assert.deepEqual(await cloudWatch.call("ListMetrics", {}), { Metrics: [] });
    });
  }

  it("refuses AWS's own namespaces", async () => {
    await assert.rejects(setUp().put([{ MetricName: "m", Value: 1 }], { Namespace: "AWS/SQS" }), {
      name: "InvalidParameterValueException",
      message: /AWS\/ is reserved/,
    });
  });
});
