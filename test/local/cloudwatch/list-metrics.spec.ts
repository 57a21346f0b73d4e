import assert from "node:assert/strict";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { openCloudWatch } from "./cloudwatches.ts";

interface Answer {
  Metrics: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] }[];
  NextToken?: string;
}

describe("ListMetrics", () => {
  const setUp = (metrics: readonly MetricId[]) => {
    const { clock, cloudWatch } = openCloudWatch();
    for (const metric of metrics) cloudWatch.sink.record(metric, 1, clock.now());
    const list = async (input: object = {}) => (await cloudWatch.call("ListMetrics", { ...input })) as Answer;
    return { clock, cloudWatch, list };
  };

  const metrics: MetricId[] = [
    { namespace: "B", name: "y", dimensions: { q: "1" } },
    { namespace: "A", name: "x", dimensions: { q: "1", r: "2" } },
    { namespace: "A", name: "x", dimensions: {} },
  ];

  it("answers every metric that was measured, once", async () => {
    const { list, cloudWatch, clock } = setUp(metrics);
    cloudWatch.sink.record({ namespace: "B", name: "y", dimensions: { q: "1" } }, 2, clock.now());
    const Dimensions = [
      { Name: "q", Value: "1" },
      { Name: "r", Value: "2" },
    ];
    assert.deepEqual(await list(), {
      Metrics: [
        { Namespace: "A", MetricName: "x", Dimensions: [] },
        { Namespace: "A", MetricName: "x", Dimensions },
        { Namespace: "B", MetricName: "y", Dimensions: Dimensions.slice(0, 1) },
      ],
    });
  });

  it("filters by names and dimensions", async () => {
    const { list } = setUp(metrics);
    const count = async (input: object) => (await list(input)).Metrics.length;
    assert.equal(await count({ Namespace: "A" }), 2);
    assert.equal(await count({ MetricName: "y" }), 1);
    assert.equal(await count({ Dimensions: [{ Name: "q" }] }), 2);
    assert.equal(await count({ Dimensions: [{ Name: "q", Value: "1" }, { Name: "r" }] }), 1);
    assert.equal(await count({ Dimensions: [{ Name: "q", Value: "2" }] }), 0);
    assert.equal(await count({ Namespace: "A", MetricName: "y" }), 0);
    assert.equal(await count({ Dimensions: [{ Name: "toString" }] }), 0);
  });

  it("answers what was measured in the last three hours, if that is asked for", async () => {
    const { list, clock } = setUp(metrics);
    await clock.advance(3 * 3600 * 1000 - 1);
    assert.equal((await list({ RecentlyActive: "PT3H" })).Metrics.length, 3);
    await clock.advance(1);
    assert.equal((await list({ RecentlyActive: "PT3H" })).Metrics.length, 0);
    assert.equal((await list()).Metrics.length, 3);
  });

  it("answers pages of 500 without missing or repeating one", async () => {
    const many = Array.from({ length: 1100 }, (_, index) => ({ namespace: "N", name: `m${index}`, dimensions: {} }));
    const { list } = setUp(many);
    const names: string[] = [];
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await list({ NextToken });
      sizes.push(page.Metrics.length);
      names.push(...page.Metrics.map(({ MetricName }) => MetricName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(sizes, [500, 500, 100]);
    assert.equal(new Set(names).size, 1100);
  });

  it("refuses tokens that it did not give, and other accounts", async () => {
    const { list } = setUp(metrics);
    for (const NextToken of ["", "!", "a b"]) await assert.rejects(list({ NextToken }), { name: "InvalidNextToken" });
    await assert.rejects(list({ IncludeLinkedAccounts: true }), { message: /IncludeLinkedAccounts: not known/ });
  });
});
