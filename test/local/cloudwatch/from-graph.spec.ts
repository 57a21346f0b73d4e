import assert from "node:assert/strict";
import { alarmOf, configurationOf, SINGLE } from "./configurations.ts";

const queue = {
  type: "aws:sqs/queue:Queue",
  name: "orders",
  inputs: { name: "topic-orders", tags: { topicOf: "dev" } },
};

const dashboard = {
  type: "aws:cloudwatch/dashboard:Dashboard",
  name: "dashboard",
  inputs: { dashboardName: "flow", dashboardBody: '{"widgets":[]}' },
};

describe("CloudWatch of a graph", () => {
  it("has the stack's alarms and dashboards", () => {
    const { alarms, dashboards } = configurationOf([SINGLE], [dashboard]);
    assert.deepEqual(
      alarms.map(({ name }) => name),
      ["errors"],
    );
    assert.deepEqual(dashboards, [
      { name: "flow", arn: "arn:aws:cloudwatch::123456789012:dashboard/flow", body: '{"widgets":[]}' },
    ]);
  });

  it("is empty for a stack without any", () => {
    const { alarms, dashboards } = configurationOf([]);
    assert.deepEqual([alarms, dashboards], [[], []]);
  });

  it("knows the tags of the resource that a metric is of, and no others", () => {
    const { tagsOf } = configurationOf([], [queue]);
    const tags = (namespace: string, dimensions: Record<string, string>) =>
      tagsOf({ namespace, name: "m", dimensions });
    assert.deepEqual(tags("AWS/SQS", { QueueName: "topic-orders" }), { topicOf: "dev" });
    assert.deepEqual(tags("AWS/SQS", { QueueName: "orders" }), {});
    assert.deepEqual(tags("AWS/SQS", {}), {});
    assert.deepEqual(tags("Own", { QueueName: "topic-orders" }), {});
    assert.deepEqual(tags("AWS/Lambda", { FunctionName: "topic-orders" }), {});
  });

  it("names all problems of all resources at once", () => {
    const broken = { ...dashboard, inputs: { dashboardName: "a b", dashboardBody: "{", widgets: 1 } };
    assert.throws(
      () =>
        configurationOf(
          [
            { ...SINGLE, threshold: "1" },
            { ...SINGLE, period: 61 },
          ],
          [broken],
        ),
      ({ name, message }: Error) => {
        assert.equal(name, "ResourceError");
        const lines = message.split("\n");
        assert.equal(lines.length, 6);
        assert.match(message, /metricAlarm:MetricAlarm "alarm-0": threshold: must be a number, is "1"/);
        assert.match(message, /"alarm-1": period: must be a multiple of 60, is 61/);
        assert.match(message, /"alarm-1": name: another alarm is called errors/);
        assert.match(message, /"dashboard": widgets: not known to the local cloud/);
        assert.match(message, /"dashboard": dashboardBody: .*JSON/);
        assert.match(message, /"dashboard": dashboardName: must match .*, is "a b"/);
        return true;
      },
    );
  });

  it("refuses alarms and metrics that are made in other ways", () => {
    const others = ["compositeAlarm:CompositeAlarm", "metricStream:MetricStream", "logMetricFilter:LogMetricFilter"];
    for (const type of others) {
      const resource = { type: `aws:cloudwatch/${type}`, name: "x", inputs: {} };
      assert.throws(() => configurationOf([], [resource]), { message: /"x": name: not realised locally/ });
    }
  });

  it("takes alarms as AWS would name them", () => {
    assert.equal(alarmOf().arn, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors");
  });
});
