import assert from "node:assert/strict";
import { Alarms } from "../../../local/cloudwatch/alarms.ts";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { MetricStore } from "../../../local/cloudwatch/store.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { configurationOf, ERRORS, SINGLE, TOPIC_ARN, WITHOUT_METRIC } from "./configurations.ts";

const MINUTE = 60_000;

const TOLD = { alarmActions: [TOPIC_ARN], okActions: [TOPIC_ARN], insufficientDataActions: [TOPIC_ARN] };

function setUp(alarms: readonly Record<string, unknown>[], { speed = 1, fails = false } = {}) {
  const clock = virtualClock(undefined, speed);
  const minutes = new Minutes(clock);
  const store = new MetricStore(minutes);
  const sent: string[] = [];
  const { alarms: configurations, tagsOf } = configurationOf(alarms);
  const running = new Alarms(configurations, {
    clock,
    minutes,
    source: { metrics: store, tagsOf },
    publish: async (topicArn, { subject }) => {
      assert.equal(topicArn, TOPIC_ARN);
      if (fails) throw new Error("no such topic");
      sent.push(subject.replace(" in EU (Ireland)", ""));
    },
  });
  running.start();
  return {
    clock,
    store,
    sent,
    alarms: running,
    record: (value: number, metric: MetricId = ERRORS) => store.record(metric, value, clock.now()),
    state: (name = "errors") => running.find(name)?.state.value,
    /** In AWS's time. */
    advance: (ms: number) => clock.advance(clock.span(ms)),
  };
}

describe("the alarms", () => {
  it("begin with insufficient data, and are silent as long as nothing changes", async () => {
    const { alarms, state, sent, advance } = setUp([{ ...SINGLE, ...TOLD }]);
    assert.equal(alarms.find("errors")?.state.reason, "Unchecked: Initial alarm creation");
    await advance(10 * MINUTE);
    assert.equal(state(), "INSUFFICIENT_DATA");
    assert.deepEqual([sent, alarms.history], [[], []]);
  });

  for (const speed of [1, 20]) {
    it(`are evaluated 20 s after a minute, at speed ${speed}`, async () => {
      const { clock, state, record, advance, alarms, sent } = setUp([{ ...SINGLE, ...TOLD }], { speed });
      record(1);
      await advance(MINUTE + 19_000);
      assert.equal(state(), "INSUFFICIENT_DATA");
      await advance(1000);
      assert.equal(state(), "ALARM");
      const [transition] = alarms.history;
      assert.deepEqual([transition?.from, transition?.to, transition?.at], ["INSUFFICIENT_DATA", "ALARM", clock.now()]);
      assert.match(transition?.reason ?? "", /^Threshold Crossed: 1 out of the last 1 datapoint/);
      assert.deepEqual(sent, ['ALARM: "errors"']);
    });
  }

  it("count what arrives after its minute is over", async () => {
    const { store, clock, state, advance } = setUp([{ ...SINGLE, treatMissingData: "notBreaching" }]);
    const during = clock.now();
    await advance(MINUTE + 19_000);
    store.record(ERRORS, 1, during);
    await advance(1000);
    assert.equal(state(), "ALARM");
  });

  it("tell their topics of every transition, and only of those", async () => {
    const alarm = { ...SINGLE, ...TOLD, treatMissingData: "notBreaching", evaluationPeriods: 1 };
    const { record, advance, sent } = setUp([alarm]);
    for (const errors of [0, 2, 3, 0, 0, 1]) {
      record(errors);
      await advance(MINUTE);
    }
    await advance(20_000);
    assert.deepEqual(sent, ['OK: "errors"', 'ALARM: "errors"', 'OK: "errors"', 'ALARM: "errors"']);
  });

  it("go by the newest data points there are, and then by what missing data means", async () => {
    const { record, advance, state } = setUp([SINGLE]);
    record(1);
    const states: (string | undefined)[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      await advance(MINUTE + (minute === 0 ? 20_000 : 0));
      states.push(state());
    }
    assert.deepEqual(states, ["ALARM", "ALARM", "ALARM", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]);
  });

  it("are evaluated each minute over a longer period too, which slides", async () => {
    const { record, advance, state } = setUp([
      { ...SINGLE, period: 300, threshold: 3, treatMissingData: "notBreaching" },
    ]);
    const states: (string | undefined)[] = [];
    for (const errors of [1, 0, 1, 1, 0, 0]) {
      record(errors);
      await advance(MINUTE);
      states.push(state());
    }
    await advance(20_000);
    assert.deepEqual([...states, state()], ["INSUFFICIENT_DATA", "OK", "OK", "OK", "ALARM", "ALARM", "OK"]);
  });

  it("send nothing while their actions are off, and keep their history", async () => {
    const { record, advance, sent, alarms, state } = setUp([{ ...SINGLE, ...TOLD, actionsEnabled: false }]);
    record(1);
    await advance(MINUTE + 20_000);
    assert.equal(state(), "ALARM");
    assert.equal(alarms.history.length, 1);
    assert.deepEqual(sent, []);
  });

  it("take a state that is set, until the next evaluation", async () => {
    const { record, advance, sent, alarms, state } = setUp([{ ...SINGLE, ...TOLD }]);
    record(0);
    await advance(MINUTE + 20_000);
    const alarm = alarms.find("errors");
    assert.ok(alarm);
    alarms.set(alarm, "ALARM", "a test", undefined);
    assert.equal(state(), "ALARM");
    alarms.set(alarm, "ALARM", "again", undefined);
    assert.equal(alarm.state.reason, "a test");
    await advance(MINUTE);
    assert.equal(state(), "OK");
    assert.deepEqual(sent, ['OK: "errors"', 'ALARM: "errors"', 'OK: "errors"']);
  });

  it("note a message that could not be sent, and go on", async () => {
    const { record, advance, alarms, state } = setUp([{ ...SINGLE, ...TOLD }], { fails: true });
    record(1);
    await advance(MINUTE + 20_000);
    assert.equal(state(), "ALARM");
    const [failed] = alarms.failedActions;
    assert.deepEqual([failed?.alarm, failed?.topicArn, failed?.error], ["errors", TOPIC_ARN, "Error: no such topic"]);
    record(0);
    await advance(MINUTE);
    assert.equal(alarms.failedActions.length, 2);
  });

  it("evaluate no more once stopped, and leave no timer", async () => {
    const { clock, record, advance, alarms, state } = setUp([SINGLE]);
    record(1);
    await alarms.stop();
    await advance(5 * MINUTE);
    assert.equal(state(), "INSUFFICIENT_DATA");
    assert.equal(clock.pending(), 0);
  });

  it("wait for their messages when they stop", async () => {
    const clock = virtualClock();
    const minutes = new Minutes(clock);
    const { alarms: configurations, tagsOf } = configurationOf([{ ...SINGLE, ...TOLD }]);
    const source = { metrics: new MetricStore(minutes), tagsOf };
    let arrived = false;
    const publish = () =>
      new Promise<void>((resolve) =>
        clock.after(1000, () => {
          arrived = true;
          resolve();
        }),
      );
    const alarms = new Alarms(configurations, { clock, minutes, source, publish });
    const alarm = alarms.find("errors");
    assert.ok(alarm);
    alarms.set(alarm, "ALARM", "a test", undefined);
    const stopped = alarms.stop();
    await clock.advance(1000);
    await stopped;
    assert.equal(arrived, true);
  });

  it("evaluate a thousand in a fraction of a minute", async () => {
    const alarms = Array.from({ length: 1000 }, (_, index) => ({
      ...SINGLE,
      name: `a${index}`,
      dimensions: { FunctionName: `f${index}` },
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    }));
    const { record, advance } = setUp(alarms);
    for (let index = 0; index < 1000; index += 1) record(1, { ...ERRORS, dimensions: { FunctionName: `f${index}` } });
    const began = performance.now();
    await advance(MINUTE + 20_000);
    const tookMs = performance.now() - began;
    assert.ok(tookMs < 1000, `${tookMs} ms`);
  });

  describe("on a query with a time series for each queue", () => {
    const query = 'SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName ORDER BY MAX() DESC LIMIT 2';
    const grouped = {
      ...SINGLE,
      ...WITHOUT_METRIC,
      ...TOLD,
      threshold: 10,
      metricQueries: [{ id: "each", expression: query, period: 60, returnData: true }],
    };
    const age = (QueueName: string): MetricId => ({ namespace: "AWS/SQS", name: "Age", dimensions: { QueueName } });
    const inAlarm = ({ alarms }: ReturnType<typeof setUp>) =>
      alarms
        .find("errors")
        ?.contributors.inAlarm()
        .map(({ attributes }) => attributes.QueueName);

    it("are in alarm as long as one of them is", async () => {
      const world = setUp([grouped]);
      const { record, advance, state, sent, alarms } = world;
      record(5, age("a"));
      record(15, age("b"));
      await advance(MINUTE + 20_000);
      assert.equal(state(), "ALARM");
      assert.deepEqual(inAlarm(world), ["b"]);
      assert.equal(alarms.find("errors")?.state.reason, "1 out of 2 time series evaluated to ALARM");
      record(15, age("a"));
      record(5, age("b"));
      await advance(MINUTE);
      assert.deepEqual(inAlarm(world), ["a"]);
      record(5, age("a"));
      await advance(MINUTE);
      assert.equal(state(), "OK");
      // Each of them tells of itself, and the alarm of all.
      assert.deepEqual(sent, [
        'ALARM: "errors"',
        'ALARM: "errors"',
        'ALARM: "errors"',
        'OK: "errors"',
        'OK: "errors"',
        'OK: "errors"',
      ]);
      assert.deepEqual(
        alarms.history.map(({ to }) => to),
        ["ALARM", "OK"],
      );
    });

    it("forget one that is no longer in the answer", async () => {
      const world = setUp([grouped]);
      world.record(15, age("a"));
      await world.advance(MINUTE + 20_000);
      world.record(20, age("b"));
      world.record(30, age("c"));
      await world.advance(MINUTE);
      assert.deepEqual(inAlarm(world), ["c", "b"]);
    });

    it("have insufficient data when there is none of them", async () => {
      const world = setUp([grouped]);
      world.record(15, age("a"));
      await world.advance(5 * MINUTE);
      assert.deepEqual([world.state(), inAlarm(world)], ["INSUFFICIENT_DATA", []]);
    });

    it("count no more than a hundred in alarm", async () => {
      const all = query.replace("LIMIT 2", "LIMIT 500");
      const world = setUp([
        { ...grouped, metricQueries: [{ id: "each", expression: all, period: 60, returnData: true }] },
      ]);
      for (let index = 0; index < 101; index += 1) world.record(15, age(`q${index}`));
      await world.advance(MINUTE + 20_000);
      assert.equal(world.alarms.find("errors")?.state.reason, "100+ time series evaluated to ALARM");
      assert.equal(inAlarm(world)?.length, 100);
    });
  });
});
