import assert from "node:assert/strict";
import { configurationOf, ERRORS, metricInput, SINGLE, WITHOUT_METRIC } from "./configurations.ts";

const first = metricInput("first", ERRORS);
const second = metricInput("second", { ...ERRORS, name: "Invocations" });
const rate = { id: "rate", expression: "100 * first / second", returnData: true, label: "Rate" };

function read(metricQueries: unknown, more: Record<string, unknown> = {}) {
  const [alarm] = configurationOf([{ ...SINGLE, ...WITHOUT_METRIC, metricQueries, ...more }]).alarms;
  return alarm;
}

describe("what an alarm of a graph watches", () => {
  it("is one metric, or the one query that returns data", () => {
    const [single] = configurationOf([SINGLE]).alarms;
    assert.deepEqual(single?.watched.queries, [
      { id: "m1", label: undefined, returnData: true, metric: ERRORS, statistic: "Sum", periodSeconds: 60 },
    ]);
    const several = read([rate, first, second]);
    assert.equal(several?.watched.id, "rate");
    assert.equal(several?.periodSeconds, 60);
    assert.deepEqual([several?.watched.isSingleMetric, several?.watched.isGrouped], [false, false]);
    assert.deepEqual(several?.watched.queries[0], {
      id: "rate",
      label: "Rate",
      returnData: true,
      expression: "100 * first / second",
      periodSeconds: undefined,
    });
  });

  it("may be one metric among queries, and metrics of the stack's own account", () => {
    const alarm = read([{ ...first, returnData: true, accountId: "123456789012" }]);
    assert.equal(alarm?.watched.id, "first");
  });

  it("may be a query with one time series, or with several that are ordered", () => {
    const query = (expression: string) => read([{ id: "q", expression, period: 300, returnData: true }]);
    assert.equal(query('SELECT MAX(Age) FROM "AWS/SQS"')?.watched.isGrouped, false);
    const grouped = query('SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName ORDER BY MAX() DESC');
    assert.deepEqual([grouped?.watched.isGrouped, grouped?.periodSeconds], [true, 300]);
    assert.throws(() => query('SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName'), /needs an ORDER BY/);
  });

  const refused: [string, unknown, RegExp][] = [
    ["no queries", [], /metricQueries: one must have returnData, not 0/],
    ["nothing returned", [first], /one must have returnData, not 0/],
    ["two returned", [rate, { ...first, returnData: true }, second], /one must have returnData, not 2/],
    ["an unknown id", [rate, first], /rate: there is no metric or expression with the id second \(at character 15\)/],
    ["a wrong id", [{ ...rate, id: "Rate" }, first, second], /an id must match .*, is "Rate"/],
    ["an id twice", [rate, first, first, second], /the id first is given twice/],
    [
      "a function that is not there",
      [{ ...rate, expression: "SEARCH('x', 'Sum')" }],
      /the local cloud has no function SEARCH/,
    ],
    [
      "a syntax error",
      [{ ...rate, expression: "first +" }, first],
      /rate: a value is missing before the end \(at character 8\)/,
    ],
    ["a scalar", [{ ...rate, expression: "SUM(first)" }, first], /rate: the result is no time series/],
    ["an array", [{ ...rate, expression: "METRICS()" }, first], /rate must give one time series, gives an array/],
    ["a circle", [{ ...rate, expression: "rate + first" }, first], /worked out from itself: rate, rate/],
    [
      "a long expression",
      [{ ...rate, expression: `first${" + first".repeat(300)}` }, first],
      /must have at most 2048 characters/,
    ],
    [
      "neither metric nor expression",
      [{ id: "a", returnData: true }],
      /\[0\]\.expression: must be given, or metric, and not both/,
    ],
    ["both", [{ ...rate, metric: first.metric }], /\[0\]\.expression: must be given, or metric, and not both/],
    ["a period beside a metric", [rate, { ...first, period: 60 }, second], /\[1\]\.period: belongs into metric/],
    [
      "another account",
      [rate, { ...first, accountId: "210987654321" }, second],
      /\[1\]\.accountId: the local cloud has the account 123456789012 only/,
    ],
    ["an unknown property", [rate, { ...first, color: "red" }, second], /\[1\]\.color: not known/],
    [
      "two periods",
      [rate, first, { id: "second", metric: { ...(second.metric as object), period: 300 } }],
      /rate: periods of 60 s and 300 s do not go together/,
    ],
    [
      "a percentile",
      [{ ...first, returnData: true, metric: { ...(first.metric as object), stat: "p99" } }],
      /metric\.stat: the local cloud has Sum, Average/,
    ],
    [
      "no statistic",
      [{ ...first, returnData: true, metric: { ...(first.metric as object), stat: undefined } }],
      /metric\.stat: is required/,
    ],
    [
      "no period",
      [{ ...first, returnData: true, metric: { ...(first.metric as object), period: undefined } }],
      /metric\.period: is required/,
    ],
    [
      "a query without a period",
      [{ id: "q", expression: "SELECT SUM(a) FROM B", returnData: true }],
      /q: a Metrics Insights query needs a period/,
    ],
    [
      "a query that is wrong",
      [{ id: "q", expression: "SELECT SUM(a)", period: 60, returnData: true }],
      /q: FROM must follow/,
    ],
  ];
  for (const [what, metricQueries, problem] of refused) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => read(metricQueries), { name: "ResourceError", message: problem });
    });
  }

  it("is ten metrics at most", () => {
    const metrics = (count: number) => Array.from({ length: count }, (_, index) => ({ ...first, id: `m${index}` }));
    const sum = { ...rate, expression: "SUM(METRICS())" };
    assert.equal(read([sum, ...metrics(10)])?.watched.queries.length, 11);
    assert.throws(() => read([sum, ...metrics(11)]), /must have at most 10 metrics, have 11/);
  });

  it("is not described in both ways", () => {
    assert.throws(() => read([rate, first, second], { period: 60 }), /period: not together with metricQueries/);
  });

  for (const missing of ["namespace", "metricName", "statistic", "period"]) {
    it(`of one metric needs ${missing}`, () => {
      assert.throws(
        () => configurationOf([{ ...SINGLE, [missing]: undefined }]),
        new RegExp(`${missing}: (must|is required)`),
      );
    });
  }

  it("is no metric of DynamoDB, and has no more than 30 dimensions", () => {
    assert.throws(
      () => configurationOf([{ ...SINGLE, namespace: "AWS/DynamoDB" }]),
      /namespace: alarms on AWS\/DynamoDB/,
    );
    const dimensions = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, "v"]));
    assert.throws(() => configurationOf([{ ...SINGLE, dimensions }]), /a metric has at most 30 dimensions/);
  });
});
