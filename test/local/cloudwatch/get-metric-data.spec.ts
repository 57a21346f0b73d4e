import assert from "node:assert/strict";
import { openCloudWatch } from "./cloudwatches.ts";
import { ERRORS } from "./configurations.ts";

const MINUTE = 60_000;

const stat = (Id: string, more: object = {}) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: ERRORS.namespace,
      MetricName: ERRORS.name,
      Dimensions: [{ Name: "FunctionName", Value: "f" }],
    },
    Period: 60,
    Stat: "Sum",
  },
  ...more,
});

interface Result {
  Id: string;
  Label: string;
  Timestamps: number[];
  Values: number[];
  StatusCode: string;
}

describe("GetMetricData", () => {
  /** 1, 2, then nothing, then 4 errors in the first minutes. */
  const setUp = (speed = 1) => {
    const { clock, cloudWatch } = openCloudWatch([], { speed });
    const start = clock.now();
    const at = (minute: number) => start + clock.span(minute * MINUTE);
    for (const [minute, value] of [
      [0, 1],
      [1, 2],
      [3, 4],
    ] as const)
      cloudWatch.sink.record(ERRORS, value, at(minute));
    const get = async (MetricDataQueries: unknown, more: object = {}) => {
      const times = { StartTime: at(0) / 1000, EndTime: at(5) / 1000 };
      const answer = await cloudWatch.call("GetMetricData", { MetricDataQueries, ...times, ...more });
      return (answer as { MetricDataResults: Result[] }).MetricDataResults;
    };
    return { at, get, cloudWatch };
  };

  it("answers the newest data points first, unless asked otherwise", async () => {
    const { get, at } = setUp();
    const [newest] = await get([stat("m1")]);
    assert.deepEqual(newest, {
      Id: "m1",
      Label: "Errors",
      Timestamps: [at(3) / 1000, at(1) / 1000, at(0) / 1000],
      Values: [4, 2, 1],
      StatusCode: "Complete",
    });
    const [oldest] = await get([stat("m1")], { ScanBy: "TimestampAscending" });
    assert.deepEqual(oldest?.Values, [1, 2, 4]);
  });

  it("answers periods of AWS's time under real times, however fast time passes", async () => {
    const { get, at } = setUp(20);
    const [result] = await get([stat("m1")]);
    assert.deepEqual(result?.Values, [4, 2, 1]);
    assert.deepEqual(result?.Timestamps, [at(3) / 1000, at(1) / 1000, at(0) / 1000]);
    assert.equal(at(3) - at(1), 6000);
  });

  it("takes the start's whole period, and none that begins at the end", async () => {
    const { get, at } = setUp();
    const values = async (from: number, to: number) =>
      (await get([stat("m1")], { StartTime: from / 1000, EndTime: to / 1000 }))[0]?.Values;
    assert.deepEqual(await values(at(1) + 59_999, at(3)), [2]);
    assert.deepEqual(await values(at(1), at(3) + 1), [4, 2]);
    assert.deepEqual(await values(at(4), at(9)), []);
  });

  it("adds longer periods up from their boundaries", async () => {
    const { get, at } = setUp();
    const long = { ...stat("m1"), MetricStat: { ...stat("m1").MetricStat, Period: 120 } };
    const [result] = await get([long], { StartTime: at(1) / 1000 });
    assert.deepEqual(
      [result?.Values, result?.Timestamps],
      [
        [4, 3],
        [at(2) / 1000, at(0) / 1000],
      ],
    );
  });

  it("works expressions out, and answers what is asked for", async () => {
    const { get } = setUp();
    const results = await get([
      { Id: "e1", Expression: "FILL(m1, 0) * 10", Label: "tenfold" },
      { Id: "e2", Expression: "e1 + m1", ReturnData: false },
      { Id: "e3", Expression: "e2 / 11" },
      stat("m1", { ReturnData: false }),
    ]);
    assert.deepEqual(
      results.map(({ Id, Label, Values }) => [Id, Label, Values]),
      [
        ["e1", "tenfold", [0, 40, 0, 20, 10]],
        ["e3", "e3", [0, 4, 0, 2, 1]],
      ],
    );
  });

  it("answers a result for each time series of a query or an array", async () => {
    const { get, cloudWatch, at } = setUp();
    cloudWatch.sink.record({ ...ERRORS, dimensions: { FunctionName: "g" } }, 7, at(0));
    const Expression = 'SELECT SUM(Errors) FROM "AWS/Lambda" GROUP BY FunctionName ORDER BY SUM() DESC';
    const grouped = await get([{ Id: "q", Expression, Period: 60 }]);
    assert.deepEqual(
      grouped.map(({ Id, Label, Values }) => [Id, Label, Values]),
      [
        ["q", "f", [4, 2, 1]],
        ["q", "g", [7]],
      ],
    );
    const labelled = await get([{ Id: "q", Expression, Period: 60, Label: "Errors of" }]);
    assert.deepEqual(
      labelled.map(({ Label }) => Label),
      ["Errors of f", "Errors of g"],
    );
    assert.deepEqual((await get([stat("m1"), { Id: "a", Expression: "METRICS() * 1" }])).length, 2);
  });

  it("answers nothing for a metric that nobody has measured", async () => {
    const { get } = setUp();
    const unknown = { ...stat("m1").MetricStat, Metric: { Namespace: "N", MetricName: "m" } };
    const [result] = await get([{ Id: "m1", MetricStat: unknown }]);
    assert.deepEqual([result?.Values, result?.Timestamps, result?.StatusCode], [[], [], "Complete"]);
  });

  const invalid = "ValidationException";
  const refused: [string, unknown, object, string, RegExp][] = [
    ["no queries", [], {}, "MissingRequiredParameterException", /MetricDataQueries is required/],
    ["501 queries", Array.from({ length: 501 }, (_, i) => stat(`m${i}`)), {}, invalid, /must be at most 500, are 501/],
    ["a start at the end", [stat("m1")], { StartTime: 60, EndTime: 60 }, invalid, /StartTime must be less/],
    ["no start", [stat("m1")], { StartTime: null }, "MissingRequiredParameterException", /StartTime is required/],
    ["a start as text", [stat("m1")], { StartTime: "now" }, "SerializationException", /StartTime is not a number/],
    ["a page that was not given", [stat("m1")], { NextToken: "x" }, "InvalidNextToken", /invalid/],
    ["more than one page", [stat("m1")], { MaxDatapoints: 2 }, invalid, /3 data points are more than 2/],
    ["too many periods", [stat("m1")], { StartTime: 0 }, invalid, /periods are more than 100800/],
    ["time zones", [stat("m1")], { LabelOptions: { Timezone: "+0100" } }, invalid, /LabelOptions: not known/],
    ["another order", [stat("m1")], { ScanBy: "Random" }, "InvalidParameterValueException", /ScanBy: must be one of/],
    ["no list", "m1", {}, "SerializationException", /MetricDataQueries is not a list/],
    ["a query that is none", ["m1"], {}, "SerializationException", /MetricDataQueries\.member\.1 is not a structure/],
    ["no id", [{ ...stat("m1"), Id: undefined }], {}, "MissingRequiredParameterException", /member\.1\.Id is required/],
    ["a capital in an id", [stat("M1")], {}, invalid, /an id must match/],
    ["an id twice", [stat("m1"), stat("m1")], {}, invalid, /the id m1 is given twice/],
    [
      "an unknown id",
      [{ Id: "e1", Expression: "m1 + 1" }],
      {},
      invalid,
      /e1: there is no metric or expression with the id m1/,
    ],
    ["neither form", [{ Id: "m1" }], {}, invalid, /m1: either Expression or MetricStat/],
    ["both forms", [stat("m1", { Expression: "1" })], {}, invalid, /m1: either Expression or MetricStat/],
    ["a period beside a metric", [stat("m1", { Period: 60 })], {}, invalid, /Period belongs into MetricStat/],
    [
      "a short period",
      [{ Id: "m1", MetricStat: { ...stat("m1").MetricStat, Period: 10 } }],
      {},
      invalid,
      /Period must be a multiple of 60, is 10/,
    ],
    [
      "a percentile",
      [{ Id: "m1", MetricStat: { ...stat("m1").MetricStat, Stat: "p99" } }],
      {},
      invalid,
      /has the statistics Sum, .*, not p99/,
    ],
    ["a unit", [{ Id: "m1", MetricStat: { ...stat("m1").MetricStat, Unit: "Count" } }], {}, invalid, /Unit: not known/],
    ["another account", [stat("m1", { AccountId: "1" })], {}, invalid, /AccountId: not known/],
    [
      "two Insights queries",
      ["a", "b"].map((Id) => ({ Id, Expression: "SELECT SUM(m) FROM N", Period: 60 })),
      {},
      invalid,
      /one Metrics Insights query only/,
    ],
  ];
  for (const [what, queries, more, name, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(setUp().get(queries, more), { name, message });
    });
  }

  it("works out expressions that build on each other only once each", async () => {
    const { get } = setUp();
    const chain = Array.from({ length: 400 }, (_, index) => ({
      Id: `e${index}`,
      Expression: index < 2 ? "m1 * 1" : `(e${index - 1} + e${index - 2}) / 2`,
      ReturnData: index === 399,
    }));
    const [result] = await get([...chain.reverse(), stat("m1", { ReturnData: false })]);
    assert.deepEqual(result?.Values, [4, 2, 1]);
  });

  it("takes deeply nested expressions up to the length that CloudWatch takes", async () => {
    const { get } = setUp();
    const nested = (depth: number) => `${"(".repeat(depth)}m1${")".repeat(depth)}`;
    const [result] = await get([{ Id: "e1", Expression: nested(1023) }, stat("m1", { ReturnData: false })]);
    assert.deepEqual(result?.Values, [4, 2, 1]);
    await assert.rejects(get([{ Id: "e1", Expression: nested(1024) }, stat("m1")]), {
      message: /e1: must have at most 2048 characters, has 2050/,
    });
  });
});
