import assert from "node:assert/strict";
import type { GetMetricDataCommandInput, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { isMinuteQuiet, signalsSince, trippingTopic } from "../../../functions/circuit-breaker/metric-queries.ts";
import { NOW } from "./support/circuits.ts";

const at = (seconds: number) => new Date(NOW + seconds * 1000);

/** Answers with these pages, one a call, and notes what was asked. */
function answering(...pages: MetricDataResult[][]) {
  const asked: GetMetricDataCommandInput[] = [];
  const getMetricData = async (input: GetMetricDataCommandInput) => {
    asked.push(input);
    const page = asked.length;
    return { MetricDataResults: pages[page - 1], ...(page < pages.length ? { NextToken: `page ${page + 1}` } : {}) };
  };
  return { asked, getMetricData };
}

describe("signalsSince", () => {
  it("adds up what was measured, on every page", async () => {
    const { asked, getMetricData } = answering(
      [
        { Id: "forwarded", Timestamps: [at(60), at(0)], Values: [3, 4] },
        { Id: "errors", Timestamps: [at(60)], Values: [1] },
        { Id: "throttles", Timestamps: [], Values: [] },
      ],
      [{ Id: "forwarded", Timestamps: [at(120)], Values: [5] }, { Id: "invocations" }],
    );
    const sums = await signalsSince(getMetricData, "f", NOW, NOW + 180_000);
    const none = { failures: 0, throttles: 0, dropped: 0, batchesStarted: 0, invocations: 0 };
    assert.deepEqual(sums, { ...none, forwarded: 12, errors: 1 });
    assert.deepEqual(
      asked.map(({ NextToken }) => NextToken),
      [undefined, "page 2"],
    );
  });

  it("asks for the processor's own counts and Lambda's, by minute", async () => {
    const { asked, getMetricData } = answering([]);
    await signalsSince(getMetricData, "f", NOW, NOW + 180_000);
    const { StartTime, EndTime, MetricDataQueries = [] } = asked[0] ?? assert.fail();
    assert.deepEqual([StartTime, EndTime], [at(0), at(180)]);
    const metrics = MetricDataQueries.map(({ MetricStat }) => {
      const { Namespace, MetricName, Dimensions = [] } = MetricStat?.Metric ?? {};
      assert.deepEqual([MetricStat?.Period, MetricStat?.Stat], [60, "Sum"]);
      return `${Namespace} ${MetricName} ${Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)}`;
    });
    const own = "service=sqs-processor,function_name=f";
    assert.deepEqual(metrics, [
      `LeanOps RecordsForwarded ${own}`,
      `LeanOps DependencyFailures ${own}`,
      `LeanOps DependencyThrottles ${own}`,
      `LeanOps MessagesDropped ${own}`,
      `LeanOps BatchesStarted ${own}`,
      "AWS/Lambda Invocations FunctionName=f",
      "AWS/Lambda Errors FunctionName=f",
    ]);
  });

  it("leaves out a period that began before", async () => {
    const { getMetricData } = answering([{ Id: "failures", Timestamps: [at(-1), at(0), at(59)], Values: [9, 1, 2] }]);
    assert.equal((await signalsSince(getMetricData, "f", NOW, NOW + 60_000)).failures, 3);
  });

  it("counts it where nothing in it is older", async () => {
    const { getMetricData } = answering([{ Id: "forwarded", Timestamps: [at(-30), at(30)], Values: [9, 1] }]);
    assert.equal((await signalsSince(getMetricData, "f", NOW, NOW + 60_000, true)).forwarded, 10);
  });

  it("asks nothing at the very beginning", async () => {
    const { asked, getMetricData } = answering([]);
    assert.equal((await signalsSince(getMetricData, "f", NOW, NOW)).forwarded, 0);
    assert.equal(asked.length, 0);
  });

  for (const StatusCode of ["InternalError", "Forbidden"] as const) {
    it(`throws where one metric is ${StatusCode}, since zeros would be taken for its values`, async () => {
      const { getMetricData } = answering([{ Id: "failures", StatusCode }]);
      await assert.rejects(signalsSince(getMetricData, "f", NOW, NOW + 1), /GetMetricData: failures is/);
    });
  }
});

describe("isMinuteQuiet", () => {
  it("is so until anything is measured in the minute that is under way", async () => {
    const { asked, getMetricData } = answering([{ Id: "forwarded", Timestamps: [at(-30)], Values: [0] }]);
    assert.equal(await isMinuteQuiet(getMetricData, "f", NOW), true);
    assert.deepEqual([asked[0]?.StartTime, asked[0]?.EndTime], [new Date(NOW - 1), at(0)]);
    for (const Id of ["forwarded", "failures", "invocations"]) {
      const busy = answering([{ Id, Timestamps: [at(-30)], Values: [1] }]);
      assert.equal(await isMinuteQuiet(busy.getMetricData, "f", NOW), false);
    }
  });
});

describe("trippingTopic", () => {
  it("asks which topic had most failures around the opening", async () => {
    const { asked, getMetricData } = answering([{ Id: "worst", Label: "order-events", Values: [0, 7] }]);
    assert.equal(await trippingTopic(getMetricData, "f", NOW, NOW + 60_000), "order-events");
    const { StartTime, EndTime, MetricDataQueries } = asked[0] ?? assert.fail();
    assert.deepEqual([StartTime, EndTime], [at(-600), at(60)]);
    assert.equal(
      MetricDataQueries?.[0]?.Expression,
      'SELECT SUM(DependencyFailures) FROM SCHEMA("LeanOps", service, function_name, topic) ' +
        "WHERE function_name = 'f' GROUP BY topic ORDER BY SUM() DESC LIMIT 1",
    );
  });

  it("knows none where none had any", async () => {
    for (const page of [[], [{ Id: "worst", Label: "orders", Values: [] }], [{ Label: "orders", Values: [0] }]]) {
      assert.equal(await trippingTopic(answering(page).getMetricData, "f", NOW, NOW), undefined);
    }
  });
});
