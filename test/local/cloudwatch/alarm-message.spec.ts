import assert from "node:assert/strict";
import { notificationOf } from "../../../local/cloudwatch/alarm-message.ts";
import { alarmOf, ERRORS, metricInput, TOPIC_ARN, WITHOUT_METRIC } from "./configurations.ts";

const madeAt = Date.UTC(2026, 0, 1);
const at = Date.UTC(2026, 0, 1, 0, 1, 20);

function told(alarm = alarmOf({ alarmActions: [TOPIC_ARN] }), more: object = {}) {
  const { subject, message } = notificationOf(
    { alarm, from: "OK", to: "ALARM", reason: "Because.", at, ...more },
    madeAt,
  );
  return { subject, message: JSON.parse(message) };
}

describe("an alarm's message", () => {
  it("is the one that CloudWatch sends", () => {
    assert.deepEqual(told(), {
      subject: 'ALARM: "errors" in EU (Ireland)',
      message: {
        AlarmName: "errors",
        AlarmDescription: null,
        AWSAccountId: "123456789012",
        AlarmConfigurationUpdatedTimestamp: "2026-01-01T00:00:00.000+0000",
        NewStateValue: "ALARM",
        NewStateReason: "Because.",
        StateChangeTime: "2026-01-01T00:01:20.000+0000",
        Region: "EU (Ireland)",
        AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors",
        OldStateValue: "OK",
        OKActions: [],
        AlarmActions: [TOPIC_ARN],
        InsufficientDataActions: [],
        Trigger: {
          MetricName: "Errors",
          Namespace: "AWS/Lambda",
          StatisticType: "Statistic",
          Statistic: "SUM",
          Unit: null,
          Dimensions: [{ value: "f", name: "FunctionName" }],
          Period: 60,
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          ComparisonOperator: "GreaterThanOrEqualToThreshold",
          Threshold: 1,
          TreatMissingData: "missing",
          EvaluateLowSampleCountPercentile: "",
        },
      },
    });
  });

  it("names the queries of an alarm that has some", () => {
    const expression = { id: "rate", expression: "m / 2", label: "Rate", returnData: true };
    const alarm = alarmOf({ ...WITHOUT_METRIC, metricQueries: [expression, metricInput("m", ERRORS)] });
    const { Trigger } = told(alarm).message;
    assert.deepEqual([Trigger.MetricName, Trigger.Period], [undefined, 60]);
    const Metric = {
      Dimensions: [{ value: "f", name: "FunctionName" }],
      MetricName: "Errors",
      Namespace: "AWS/Lambda",
    };
    assert.deepEqual(Trigger.Metrics, [
      { Expression: "m / 2", Id: "rate", Label: "Rate", ReturnData: true },
      { Id: "m", ReturnData: false, MetricStat: { Metric, Period: 60, Stat: "Sum" } },
    ]);
  });

  it("names the time series that it is about", () => {
    const contributor = { id: "ab12", attributes: { QueueName: "orders" } };
    const { message } = told(undefined, { contributor });
    assert.deepEqual(
      [message.AlarmContributorId, message.AlarmContributorAttributes],
      ["ab12", { QueueName: "orders" }],
    );
  });

  it("has a subject that SNS takes, however long the alarm's name", () => {
    const { subject, message } = told(alarmOf({ name: "n".repeat(255), alarmDescription: "Look." }));
    assert.equal(subject.length, 100);
    assert.deepEqual([message.AlarmName.length, message.AlarmDescription], [255, "Look."]);
  });

  it("names a region that it does not know by its code", () => {
    const alarm = { ...alarmOf(), arn: "arn:aws:cloudwatch:xx-far-1:123456789012:alarm:errors" };
    assert.equal(told(alarm).subject, 'ALARM: "errors" in xx-far-1');
  });
});
