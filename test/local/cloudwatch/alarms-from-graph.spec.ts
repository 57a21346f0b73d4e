import assert from "node:assert/strict";
import { ignoredInputs } from "../../../local/cloudwatch/alarms-from-graph.ts";
import { alarmOf, configurationOf, SINGLE, TOPIC_ARN, WITHOUT_METRIC } from "./configurations.ts";

const QUERY = 'SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName)';

function onQuery(expression: string, more: Record<string, unknown> = {}) {
  const metricQueries = [{ id: "each", expression, period: 300, returnData: true }];
  return { ...SINGLE, ...WITHOUT_METRIC, metricQueries, ...more };
}

describe("alarms of a graph", () => {
  it("take their rule, state's actions and description from their resource", () => {
    const { watched, ...alarm } = alarmOf({
      alarmDescription: "Look.",
      alarmActions: [TOPIC_ARN],
      okActions: [TOPIC_ARN],
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      threshold: 0.5,
      treatMissingData: "notBreaching",
    });
    assert.deepEqual(alarm, {
      name: "errors",
      arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors",
      description: "Look.",
      actionsEnabled: true,
      actions: { OK: [TOPIC_ARN], ALARM: [TOPIC_ARN], INSUFFICIENT_DATA: [] },
      periodSeconds: 60,
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: 0.5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
    });
    assert.equal(watched.isSingleMetric, true);
  });

  it("have AWS's defaults", () => {
    const { datapointsToAlarm, treatMissingData, actionsEnabled, description } = alarmOf({ evaluationPeriods: 4 });
    assert.deepEqual(
      [datapointsToAlarm, treatMissingData, actionsEnabled, description],
      [4, "missing", true, undefined],
    );
    assert.equal(alarmOf({ actionsEnabled: false }).actionsEnabled, false);
  });

  it("are taken whatever is ignored, which is no more than listed", () => {
    alarmOf({ tags: { a: "b" }, region: "eu-west-1" });
    assert.deepEqual(Object.keys(ignoredInputs), ["region", "tags"]);
  });

  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["percentiles", { extendedStatistic: "p90" }, /extendedStatistic: not known to the local cloud/],
    [
      "low sample counts",
      { evaluateLowSampleCountPercentiles: "ignore" },
      /evaluateLowSampleCountPercentiles: not known/,
    ],
    ["anomaly detection", { thresholdMetricId: "ad1" }, /thresholdMetricId: not known/],
    [
      "a band as comparison",
      { comparisonOperator: "GreaterThanUpperThreshold" },
      /comparisonOperator: the local cloud has/,
    ],
    ["no comparison", { comparisonOperator: undefined }, /comparisonOperator: is required/],
    ["no threshold", { threshold: undefined }, /threshold: must be a number, is undefined/],
    ["units", { unit: "Count" }, /unit: not known/],
    ["warming up", { warmUpConfiguration: {} }, /warmUpConfiguration: not known/],
    ["no periods", { evaluationPeriods: undefined }, /evaluationPeriods: is required/],
    ["zero periods", { evaluationPeriods: 0 }, /evaluationPeriods: must be a whole number from 1/],
    [
      "more than all data points",
      { evaluationPeriods: 2, datapointsToAlarm: 3 },
      /datapointsToAlarm: must be a whole number from 1 to 2, is 3/,
    ],
    [
      "a day of short periods",
      { evaluationPeriods: 1441 },
      /evaluationPeriods: periods of 60 s may last 86400 s together, 1441 of them last 86460 s/,
    ],
    [
      "a week of long periods",
      { period: 3600, evaluationPeriods: 169 },
      /periods of 3600 s may last 604800 s together/,
    ],
    ["another treatment", { treatMissingData: "zero" }, /treatMissingData: the local cloud has missing, ignore/],
    ["a long name", { name: "n".repeat(256) }, /name: must match/],
    ["control characters in a name", { name: "a\nb" }, /name: must match/],
    [
      "a long description",
      { alarmDescription: "d".repeat(1025) },
      /alarmDescription: must have at most 1024 characters, has 1025/,
    ],
    [
      "a topic of another stack",
      { alarmActions: ["arn:aws:sns:eu-west-1:123456789012:other"] },
      /alarmActions: must be topics of the stack; arn:.*:other is none/,
    ],
    [
      "a function as action",
      { okActions: ["arn:aws:lambda:eu-west-1:123456789012:function:f"] },
      /okActions: must be topics/,
    ],
    [
      "six actions",
      { insufficientDataActions: new Array(6).fill(TOPIC_ARN) },
      /insufficientDataActions: must be at most 5, are 6/,
    ],
  ];
  for (const [what, more, problem] of refused) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => alarmOf(more), { name: "ResourceError", message: problem });
    });
  }

  it("may last a day, or a week with periods of an hour, or three hours on a query", () => {
    alarmOf({ evaluationPeriods: 1440 });
    alarmOf({ period: 3600, evaluationPeriods: 168 });
    configurationOf([onQuery(QUERY, { evaluationPeriods: 36 })]);
    assert.throws(() => configurationOf([onQuery(QUERY, { evaluationPeriods: 37 })]), {
      message: /periods of 300 s may last 10800 s together on a Metrics Insights query/,
    });
  });

  it("on Metrics Insights queries are at most 200", () => {
    const alarms = (count: number) =>
      Array.from({ length: count }, (_, index) => onQuery(QUERY, { name: `a${index}` }));
    assert.equal(configurationOf(alarms(200)).alarms.length, 200);
    assert.throws(
      () => configurationOf(alarms(202)),
      ({ message }: Error) => {
        assert.match(message, /"alarm-200": metricQueries: an account has at most 200 alarms/);
        return message.split("\n").length === 1;
      },
    );
  });
});
