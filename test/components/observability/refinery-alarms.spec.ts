import assert from "node:assert/strict";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { metricAlarm } from "../../../components/alarm.ts";
import { refineryAlarms } from "../../../components/observability/refinery-alarms.ts";
import { writeMetrics } from "../../../functions/common/metrics.ts";
import { BALANCE_SIGNALS, balanceDimensions } from "../../../functions/water-balance/signals.ts";
import { namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";
import { openCloudWatch } from "../../local/cloudwatch/cloudwatches.ts";
import { inputsOf, registrations } from "../../support/mocks.ts";

const names = namesFor("lean-ops", "test");
const MACHINE_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:lean-ops-test-refinery";
const MINUTE = 60_000;
const EVERY = 15;

type Counts = Partial<Record<keyof typeof BALANCE_SIGNALS, number>>;

/** The alarms as they are deployed, on a CloudWatch whose clock a test moves; a run every 15 minutes. */
async function setUp() {
  const { refinery, balance } = completed(settingsSchema.parse({ topics: { orders: {} } }));
  assert.equal(refinery.everyMinutes, EVERY);
  const found = await registrations(() => {
    const topic = new sns.Topic("alerts", { name: "alerts" });
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    for (const alarm of refineryAlarms(names, { refinery, balance }, MACHINE_ARN))
      metricAlarm(alarm.name, alarm, { names, topic, tellsOfTheEnd: true }, parent);
  });
  const { clock, cloudWatch, sent } = openCloudWatch(
    Object.values(inputsOf(found, "aws:cloudwatch/metricAlarm:MetricAlarm")),
  );
  cloudWatch.start();
  return {
    /** A run that comes to this, and the time until the next. */
    async run(counts: Counts = {}): Promise<void> {
      const told = { unexplained: 0, notChecked: 0, balanced: 1, ingestionUnexplained: 0, ...counts };
      const named = Object.entries(told).map(([key, value]) => [BALANCE_SIGNALS[key as keyof Counts], value]);
      writeMetrics((line) => cloudWatch.log(line.trim()), {
        timestamp: clock.now(),
        dimensions: balanceDimensions(names.functionName("water-balance")),
        counts: Object.fromEntries(named),
      });
      await clock.advance(EVERY * MINUTE);
    },
    failed(): void {
      const dimensions = { StateMachineArn: MACHINE_ARN };
      cloudWatch.sink.record({ namespace: "AWS/States", name: "ExecutionsFailed", dimensions }, 1, clock.now());
    },
    pass: (minutes: number) => clock.advance(minutes * MINUTE),
    inAlarm: () =>
      cloudWatch.alarms
        .all()
        .filter(({ state }) => state.value === "ALARM")
        .map(({ configuration }) => configuration.name),
    /** The subjects of what people were told. */
    told: () => sent.map(({ subject }) => subject.replace(/ in EU .*$/, "")),
    stop: () => cloudWatch.stop(),
  };
}

describe("the refinery's alarms", () => {
  let lake: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    lake = await setUp();
    for (let runs = 0; runs < 3; runs++) await lake.run();
    assert.deepEqual(lake.inAlarm(), []);
  });
  afterEach(() => lake.stop());

  const stories: [alarm: string, counts: Counts][] = [
    ["balance-unexplained", { unexplained: 1 }],
    ["balance-not-checked", { notChecked: 1, balanced: 0 }],
    ["balance-ingestion", { ingestionUnexplained: 5 }],
  ];
  for (const [alarm, counts] of stories) {
    it(`${alarm} goes off with the run that finds it, stays on while runs do, and is over with the next that does not`, async () => {
      for (let runs = 0; runs < 3; runs++) {
        await lake.run(counts);
        assert.deepEqual(lake.inAlarm(), [names.alarm(alarm)]);
      }
      await lake.run();
      assert.deepEqual(lake.inAlarm(), []);
      const subjects = lake.told().filter((subject) => subject.includes(alarm));
      const name = names.alarm(alarm);
      assert.deepEqual(subjects.slice(-2), [`ALARM: "${name}"`, `OK: "${name}"`]);
    });
  }

  /** CloudWatch holds on to a datapoint for as long as it has no newer one in its range. */
  const IN_RANGE = 4;

  it("balance-ingestion-not-checked lets one run pass, and is over when it has been checked again for a while", async () => {
    const alarm = names.alarm("balance-ingestion-not-checked");
    await lake.run({ ingestionNotChecked: 1 });
    assert.deepEqual(lake.inAlarm(), []);
    await lake.run({ ingestionNotChecked: 1 });
    assert.deepEqual(lake.inAlarm(), [alarm]);
    for (let runs = 0; runs < IN_RANGE; runs++) await lake.run();
    assert.deepEqual(lake.inAlarm(), []);
  });

  it("refinery-silent goes off where runs are missing, and is over with the next", async () => {
    await lake.pass(2 * EVERY);
    assert.deepEqual(lake.inAlarm(), []);
    await lake.pass(3 * EVERY);
    assert.deepEqual(lake.inAlarm(), [names.alarm("refinery-silent")]);
    await lake.run();
    assert.deepEqual(lake.inAlarm(), []);
  });

  it("refinery-failed goes off with a run that fails as a whole, and is over when none has failed for a while", async () => {
    lake.failed();
    await lake.run();
    assert.deepEqual(lake.inAlarm(), [names.alarm("refinery-failed")]);
    for (let runs = 1; runs < IN_RANGE; runs++) await lake.run();
    assert.deepEqual(lake.inAlarm(), []);
  });
});
