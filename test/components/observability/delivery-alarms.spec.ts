import assert from "node:assert/strict";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { metricAlarm } from "../../../components/alarm.ts";
import { deliveryAlarms } from "../../../components/observability/delivery-alarms.ts";
import { DataFreshness } from "../../../local/firehose/data-freshness.ts";
import { namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";
import { openCloudWatch } from "../../local/cloudwatch/cloudwatches.ts";
import { newStream, onlyOrders, order } from "../../local/firehose/fixtures.ts";
import { inputsOf, registrations } from "../../support/mocks.ts";

const MINUTE = 60_000;

describe("the alarm on rows that Firehose holds back", () => {
  it("goes off once the oldest is older than the buffers and the freshness allow, and is over when it is delivered", async () => {
    const names = namesFor("lean-ops", "test");
    const delivery = { bufferSeconds: 300, transform: { bufferSeconds: 60 } };
    const settings = completed(
      settingsSchema.parse({ topics: { orders: {} }, delivery, observability: { freshnessMinutes: 4 } }),
    );
    const found = await registrations(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      const target = { names, topic: new sns.Topic("alerts", { name: "alerts" }), tellsOfTheEnd: true };
      for (const alarm of deliveryAlarms(names, settings)) metricAlarm(alarm.name, alarm, target, parent);
    });
    const { clock, stream, tables } = newStream({
      transform: undefined,
      delivery: { destinations: onlyOrders, retryMs: 120 * MINUTE },
    });
    const gauges = [new DataFreshness(new Map([[names.deliveryStream, stream]]), clock)];
    const alarms = Object.values(inputsOf(found, "aws:cloudwatch/metricAlarm:MetricAlarm"));
    const { cloudWatch } = openCloudWatch(alarms, { gauges, clock });
    cloudWatch.start();
    const inAlarm = () => {
      const all = cloudWatch.alarms.all().filter(({ state }) => state.value === "ALARM");
      return all.map(({ configuration }) => configuration.name);
    };

    tables.refuse = () => true;
    stream.put([order("a")]);
    await clock.advance(9 * MINUTE);
    assert.deepEqual(inAlarm(), []);
    await clock.advance(4 * MINUTE);
    assert.deepEqual(inAlarm(), ["lean-ops-test-delivery-freshness"]);

    tables.refuse = () => false;
    await clock.advance(30 * MINUTE);
    assert.deepEqual([tables.ids(), inAlarm()], [["a"], []]);
    await cloudWatch.stop();
  });
});
