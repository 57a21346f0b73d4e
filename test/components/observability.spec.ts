import assert from "node:assert/strict";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Observability } from "../../components/observability.ts";
import { namesFor } from "../../settings/names.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { completed } from "../../settings/settings.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:alerts";

const names = namesFor("lean-ops", "test");

function observability(topics: readonly string[], preview = false) {
  const program = () => {
    new Observability("observability", {
      names,
      settings: completed(settingsSchema.parse({ topics: Object.fromEntries(topics.map((topic) => [topic, {}])) })),
      placement: PLACEMENT,
      alertTopic: new sns.Topic("topic", { name: "alerts" }),
      breakerAlarms: [
        new cloudwatch.MetricAlarm("opener", {
          name: "lean-ops-test-circuit-opener",
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 1,
        }),
      ],
      refinery: new sfn.StateMachine("machine", { name: "refinery", roleArn: "arn", definition: "{}" }),
    });
  };
  return registrations(program, { preview });
}

const manyTopics = Array.from({ length: 101 }, (_, index) => `t${index}`);

describe("Observability", () => {
  it("makes alarms and one dashboard, and nothing else", async () => {
    const {
      "aws:sns/topic:Topic": _topic,
      "aws:sfn/stateMachine:StateMachine": _machine,
      ...made
    } = namesByType(await observability(["orders"]));
    assert.deepEqual(Object.keys(made), [DASHBOARD, ALARM, "lean-ops:index:Observability"]);
    assert.deepEqual(made[DASHBOARD], ["observability-dashboard"]);
    assert(made[ALARM]?.includes("observability-oldest-message-orders"));
  });

  it("tells the topic of each alarm's beginning and end", async () => {
    const { opener: _, ...alarms } = inputsOf(await observability(["orders"]), ALARM);
    for (const [name, { alarmActions, okActions }] of Object.entries(alarms)) {
      assert.deepEqual([alarmActions, okActions], [[TOPIC_ARN], [TOPIC_ARN]], name);
    }
  });

  it("makes as many alarms for 1,000 topics as for none, and two for their queues", async () => {
    const { opener: _, ...alarms } = inputsOf(await observability(manyTopics), ALARM);
    const ofQueues = Object.values(alarms).filter(({ metricQueries }) => metricQueries?.length === 1);
    assert.deepEqual(
      ofQueues.map(({ name }) => name),
      ["lean-ops-test-oldest-message", "lean-ops-test-expiry"],
    );
    assert(Object.keys(alarms).length < 40);
  });

  for (const topics of [["orders"], manyTopics]) {
    it(`shows on the dashboard the state of all alarms but the queues', with ${topics.length} topics`, async () => {
      const found = await observability(topics);
      const { dashboardName, dashboardBody } = inputsOf(found, DASHBOARD)["observability-dashboard"] ?? {};
      assert.equal(dashboardName, "lean-ops-test");
      const { widgets } = JSON.parse(dashboardBody);
      const { alarms } = widgets.find(({ type }: { type: string }) => type === "alarm").properties;
      const expected = Object.values(inputsOf(found, ALARM))
        .map(({ name }) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`)
        .filter((arn) => !/-(oldest-message|expiry)/.test(arn));
      assert.deepEqual(alarms.toSorted(), expected.toSorted());
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
      assert(alarms.length <= 100);
    });
  }

  it("knows its alarms in a preview, though not whom they tell", async () => {
    const found = await observability(["orders"], true);
    const inputs = inputsOf(found, ALARM)["observability-dlq-age"];
    assert.equal(inputs?.threshold, 604_800);
    assert(inputs.alarmActions.every((action: unknown) => pulumi.isUnknown(action)));
    assert(pulumi.isUnknown(inputsOf(found, DASHBOARD)["observability-dashboard"]?.dashboardBody));
  });
});
