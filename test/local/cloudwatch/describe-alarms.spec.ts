import assert from "node:assert/strict";
import { openCloudWatch } from "./cloudwatches.ts";
import { ERRORS, metricInput, SINGLE, TOPIC_ARN, WITHOUT_METRIC } from "./configurations.ts";

interface Answer {
  MetricAlarms: Record<string, unknown>[];
  NextToken?: string;
}

describe("DescribeAlarms", () => {
  const setUp = (alarms: readonly Record<string, unknown>[]) => {
    const { clock, cloudWatch } = openCloudWatch(alarms);
    cloudWatch.start();
    const describeAll = async (input: object = {}) => (await cloudWatch.call("DescribeAlarms", { ...input })) as Answer;
    const names = async (input: object = {}) =>
      (await describeAll(input)).MetricAlarms.map(({ AlarmName }) => AlarmName);
    return { clock, cloudWatch, describeAll, names };
  };

  it("answers an alarm with its configuration and state", async () => {
    const { clock, cloudWatch, describeAll } = setUp([
      { ...SINGLE, alarmActions: [TOPIC_ARN], alarmDescription: "Look." },
    ]);
    const madeAt = clock.now() / 1000;
    cloudWatch.sink.record(ERRORS, 3, clock.now());
    await clock.advance(80_000);
    const { MetricAlarms } = await describeAll();
    const { StateReason, StateReasonData, ...alarm } = MetricAlarms[0] ?? {};
    assert.match(String(StateReason), /^Threshold Crossed: 1 out of the last 1 datapoint \[3\.0/);
    assert.deepEqual(JSON.parse(String(StateReasonData)).recentDatapoints, [3]);
    assert.deepEqual(alarm, {
      AlarmName: "errors",
      AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors",
      AlarmDescription: "Look.",
      AlarmConfigurationUpdatedTimestamp: madeAt,
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [TOPIC_ARN],
      InsufficientDataActions: [],
      StateValue: "ALARM",
      StateUpdatedTimestamp: madeAt + 80,
      StateTransitionedTimestamp: madeAt + 80,
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "f" }],
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "missing",
    });
  });

  it("answers the queries of an alarm that has some", async () => {
    const expression = { id: "rate", expression: "m / 2", label: "Rate", returnData: true };
    const { describeAll } = setUp([
      { ...SINGLE, ...WITHOUT_METRIC, metricQueries: [expression, metricInput("m", ERRORS)] },
    ]);
    const [alarm] = (await describeAll()).MetricAlarms;
    const Dimensions = [{ Name: "FunctionName", Value: "f" }];
    const Metric = { Namespace: "AWS/Lambda", MetricName: "Errors", Dimensions };
    assert.deepEqual([alarm?.MetricName, alarm?.Period, alarm?.Dimensions], [undefined, undefined, []]);
    assert.deepEqual(alarm?.Metrics, [
      { Id: "rate", Label: "Rate", ReturnData: true, Expression: "m / 2" },
      { Id: "m", ReturnData: false, MetricStat: { Metric, Period: 60, Stat: "Sum" } },
    ]);
  });

  it("filters by names, prefix, state, action and type", async () => {
    const { cloudWatch, names } = setUp([
      { ...SINGLE, name: "b-1", alarmActions: [TOPIC_ARN] },
      { ...SINGLE, name: "a-1" },
      { ...SINGLE, name: "b-2" },
    ]);
    await cloudWatch.call("SetAlarmState", { AlarmName: "b-2", StateValue: "OK", StateReason: "test" });
    assert.deepEqual(await names(), ["a-1", "b-1", "b-2"]);
    assert.deepEqual(await names({ AlarmNames: ["b-2", "a-1", "c"] }), ["a-1", "b-2"]);
    assert.deepEqual(await names({ AlarmNamePrefix: "b" }), ["b-1", "b-2"]);
    assert.deepEqual(await names({ StateValue: "OK" }), ["b-2"]);
    assert.deepEqual(await names({ StateValue: "ALARM" }), []);
    assert.deepEqual(await names({ ActionPrefix: "arn:aws:sns:" }), ["b-1"]);
    assert.deepEqual(await names({ AlarmTypes: ["CompositeAlarm"] }), []);
    assert.deepEqual(await names({ AlarmTypes: ["CompositeAlarm", "MetricAlarm"], AlarmNamePrefix: "a" }), ["a-1"]);
  });

  it("answers pages of 50, or of as many as are asked for", async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({ ...SINGLE, name: `a${index}` }));
    const { describeAll } = setUp(many);
    const first = await describeAll();
    assert.equal(first.MetricAlarms.length, 50);
    const second = await describeAll({ NextToken: first.NextToken, MaxRecords: 100 });
    assert.deepEqual([second.MetricAlarms.length, second.NextToken], [70, undefined]);
    const all = [...first.MetricAlarms, ...second.MetricAlarms].map(({ AlarmName }) => AlarmName);
    assert.equal(new Set(all).size, 120);
    const named = await describeAll({ AlarmNames: many.slice(0, 100).map(({ name }) => name) });
    assert.equal(named.MetricAlarms.length, 100);
  });

  const refused: [string, object, string, RegExp][] = [
    [
      "names and a prefix",
      { AlarmNames: ["a"], AlarmNamePrefix: "a" },
      "InvalidParameterCombinationException",
      /together/,
    ],
    ["101 names", { AlarmNames: Array.from({ length: 101 }, (_, i) => `a${i}`) }, "ValidationException", /at most 100/],
    [
      "a state that is none",
      { StateValue: "FINE" },
      "InvalidParameterValueException",
      /StateValue: must be one of OK, ALARM/,
    ],
    ["a page of none", { MaxRecords: 0 }, "InvalidParameterValueException", /from 1 to 100, is 0/],
    ["parents", { ParentsOfAlarmName: "a" }, "ValidationException", /ParentsOfAlarmName: not known/],
    ["numbers as names", { AlarmNames: [1] }, "SerializationException", /AlarmNames is not a list of strings/],
  ];
  for (const [what, input, name, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(setUp([]).describeAll(input), { name, message });
    });
  }
});
