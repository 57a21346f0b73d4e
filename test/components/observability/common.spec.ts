import assert from "node:assert/strict";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Alarm, metricAlarm } from "../../../components/alarm.ts";
import { breakerHealthAlarms } from "../../../components/observability/breaker-health-alarms.ts";
import { refineryAlarms } from "../../../components/observability/refinery-alarms.ts";
import { namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";
import { openCloudWatch } from "../../local/cloudwatch/cloudwatches.ts";
import { inputsOf, registrations } from "../../support/mocks.ts";

const names = namesFor("lean-ops", "test");
const MINUTE = 60_000;

const settings = completed(settingsSchema.parse({ topics: { orders: {} } }));
const silences = [
  ...breakerHealthAlarms(names),
  ...refineryAlarms(names, settings, "arn:aws:states:eu-west-1:123456789012:stateMachine:lean-ops-test-refinery"),
].filter(({ name }) => name.endsWith("-silent"));

/** An alarm as it is deployed, on a CloudWatch whose clock a test moves. */
async function deployed(alarm: Alarm) {
  const found = await registrations(() => {
    const topic = new sns.Topic("alerts", { name: "alerts" });
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    metricAlarm(alarm.name, alarm, { names, topic, tellsOfTheEnd: true }, parent);
  });
  const { clock, cloudWatch } = openCloudWatch(
    Object.values(inputsOf(found, "aws:cloudwatch/metricAlarm:MetricAlarm")),
  );
  cloudWatch.start();
  return {
    tell(): void {
      assert.ok("metrics" in alarm.watched);
      const [metric = assert.fail()] = Object.values(alarm.watched.metrics);
      const { namespace, name, dimensions } = metric;
      cloudWatch.sink.record({ namespace, name, dimensions: { ...dimensions } }, 0, clock.now());
    },
    /** @returns after how many whole minutes it has gone off; undefined where it has not. */
    async minutesUntilAlarm(atMost: number): Promise<number | undefined> {
      for (let minutes = 0; minutes <= atMost; minutes++) {
        if (cloudWatch.alarms.all().some(({ state }) => state.value === "ALARM")) return minutes;
        await clock.advance(MINUTE);
      }
      return undefined;
    },
    pass: (minutes: number) => clock.advance(minutes * MINUTE),
    stop: () => cloudWatch.stop(),
  };
}

describe("an alarm on silence", () => {
  it("is there for the circuit breaker and for the refinery", () => {
    assert.deepEqual(
      silences.map(({ name }) => name),
      ["breaker-silent", "refinery-silent"],
    );
  });

  for (const alarm of silences) {
    const said = Number(/ for (\d+) minutes/.exec(alarm.description)?.[1]);
    const every = alarm.periodSeconds / 60;

    it(`${alarm.name} goes off ${said} minutes after the last word, as its text says, and not before`, async () => {
      const { tell, minutesUntilAlarm, stop } = await deployed(alarm);
      for (let words = 0; words < 8; words++) {
        tell();
        // As late as it may be for the next.
        assert.equal(await minutesUntilAlarm(Math.max(every, said - 2)), undefined);
      }
      tell();
      const minutes = (await minutesUntilAlarm(3 * said)) ?? Number.POSITIVE_INFINITY;
      // The minute of the word itself, and the one that is evaluated.
      assert.ok(said < minutes && minutes <= said + 2, `${minutes} minutes`);
      await stop();
    });

    it(`${alarm.name} goes off where nothing was ever told, and is over with the first word`, async () => {
      const { tell, pass, minutesUntilAlarm, stop } = await deployed(alarm);
      assert.ok(((await minutesUntilAlarm(said)) ?? Number.POSITIVE_INFINITY) <= 2);
      tell();
      await pass(2);
      assert.equal(await minutesUntilAlarm(said - 3), undefined);
      await stop();
    });
  }
});
