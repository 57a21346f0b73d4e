import assert from "node:assert/strict";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Alarm, metricAlarm } from "../../components/alarm.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, registrations } from "../support/mocks.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:alerts";

const visible = {
  namespace: "AWS/SQS",
  name: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: "one" },
  statistic: "Maximum",
} as const;
const alarm: Alarm = {
  name: "too-many",
  description: "There are too many. Take some away.",
  watched: visible,
  comparison: "GreaterThanThreshold",
  threshold: 5,
  periodSeconds: 300,
};

async function made(more: Partial<Alarm> = {}, tellsOfTheEnd = false) {
  const found = await registrations(() => {
    const target = {
      names: namesFor("lean-ops", "test"),
      topic: new sns.Topic("topic", { name: "alerts" }),
      tellsOfTheEnd,
    };
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    metricAlarm("alarm", { ...alarm, ...more }, target, parent);
  });
  return inputsOf(found, ALARM).alarm ?? {};
}

describe("an alarm", () => {
  it("on a metric tells the topic after one period, and takes missing data for none to worry about", async () => {
    assert.deepEqual(await made(), {
      name: "lean-ops-test-too-many",
      alarmDescription: "There are too many. Take some away. See docs/operations.md#too-many.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "one" },
      statistic: "Maximum",
      period: 300,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 5,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [TOPIC_ARN],
    });
  });

  it("tells of its end where it is asked to, waits for several periods, and refers to another heading", async () => {
    const inputs = await made({ periods: [2, 3], missing: "breaching", heading: "many" }, true);
    assert.deepEqual([inputs.datapointsToAlarm, inputs.evaluationPeriods], [2, 3]);
    assert.equal(inputs.treatMissingData, "breaching");
    assert.deepEqual(inputs.okActions, [TOPIC_ARN]);
    assert.match(inputs.alarmDescription, /See docs\/operations\.md#many\.$/);
  });

  it("on metric math returns the expression alone, each metric with the alarm's period", async () => {
    const { metricQueries, ...inputs } = await made({
      watched: { expression: "2 * seen", metrics: { seen: visible } },
    });
    assert.deepEqual(metricQueries, [
      { id: "signal", expression: "2 * seen", returnData: true },
      {
        id: "seen",
        metric: {
          namespace: "AWS/SQS",
          metricName: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: "one" },
          stat: "Maximum",
          period: 300,
        },
        returnData: false,
      },
    ]);
    assert.equal("period" in inputs || "metricName" in inputs, false);
  });

  it("on a Metrics Insights query gives it the alarm's period", async () => {
    const { metricQueries } = await made({ watched: { query: "SELECT 1" } });
    assert.deepEqual(metricQueries, [{ id: "each", expression: "SELECT 1", period: 300, returnData: true }]);
  });
});
