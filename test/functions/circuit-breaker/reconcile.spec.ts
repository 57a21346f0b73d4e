import assert from "node:assert/strict";
import { ALARM, MINUTE_MS, OTHER_ALARM, World } from "./support/world.ts";

const GOOD = { forwarded: 9, invocations: 1, batchesStarted: 1 };
const BAD = { failures: 9, invocations: 1, batchesStarted: 1 };

/** An open circuit with mappings of the topics `t0`, `t1` and so on. */
async function opened(mappings = 3): Promise<World> {
  const world = new World();
  for (let n = 0; n < mappings; n++) world.lambda.create(`t${n}`);
  await world.invoke(world.alarm());
  world.alarms.clear();
  await world.clock.advance(30_000);
  return world;
}

const enabled = ({ lambda }: World) =>
  [...lambda.mappings.values()].filter(({ state }) => state === "Enabled").map(({ topic }) => topic);

describe("the tick", () => {
  it("costs a closed circuit one read of the table and one look at the alarms", async () => {
    const world = new World();
    world.lambda.create("orders");
    await world.pass(1);
    assert.deepEqual(world.calls, ["read", "describeAlarms"]);
    assert.deepEqual(
      world.metrics.map(({ counts }) => counts),
      [{ CircuitOpen: 0 }],
    );
  });

  it("costs no more once everything is restored", async () => {
    const world = await opened();
    await world.command({ command: "close", by: "jane" });
    await world.pass(6);
    world.calls.length = 0;
    await world.pass(1);
    assert.deepEqual(world.calls, ["read", "describeAlarms"]);
  });

  it("opens the circuit for an alarm whose message was lost, and tells", async () => {
    const world = new World();
    world.lambda.create("orders");
    world.alarm(OTHER_ALARM);
    world.alarms.set("somebody's", { state: "ALARM", at: 1 });
    await world.pass(1);
    assert.deepEqual([world.transitions, world.lambda.states()], [["CLOSED → OPEN"], { Disabled: 1 }]);
    assert.match(world.store.noted[0]?.reason ?? "", /circuit-crashes, as a tick found it/);
  });

  it("lets an operator close the circuit during an alarm for three ticks", async () => {
    const world = await opened();
    world.alarms.set(ALARM, { state: "ALARM", at: world.clock.now() - 120_000 });
    await world.command({ command: "close", by: "jane" });
    await world.pass(2);
    assert.equal(world.state, "CLOSED");
    await world.pass(1);
    assert.equal(world.state, "OPEN");
  });

  it("goes on where the alarms cannot be read", async () => {
    const world = new World();
    world.broken.add("describeAlarms");
    const started = await world.invoke(world.tickEvent());
    assert.equal(started.outcome, "answered");
    assert.ok(world.logged.some(({ level, message }) => level === "ERROR" && message === "not known: alarms"));
    assert.equal(world.sum("CircuitOpen"), 0);
  });

  it("fails where the table is away", async () => {
    const world = new World();
    world.broken.add("read");
    assert.equal((await world.invoke(world.tickEvent())).outcome, "threw");
  });

  it("tells that the circuit is open, every minute", async () => {
    const world = await opened();
    world.metrics.length = 0;
    await world.pass(3);
    assert.equal(world.metrics.filter(({ counts }) => counts.CircuitOpen === 1).length, 3);
  });

  it("counts once, though it comes twice or to two invocations at once", async () => {
    const world = await opened();
    for (let minute = 0; minute < 4; minute++) {
      const event = world.tickEvent();
      world.start(event);
      world.start(event);
      await world.clock.advance(MINUTE_MS);
      world.start(event);
    }
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual([world.state, world.store.circuit?.ticks], ["OPEN", 4]);
  });

  it("asks once which topic had most failures, and again where that could not be told", async () => {
    const world = await opened();
    world.broken.add("getMetricData");
    await world.pass(1);
    assert.equal(world.store.circuit?.tripping, undefined);
    world.broken.clear();
    world.trippingTopic = "t2";
    await world.pass(3);
    assert.deepEqual(world.store.circuit?.tripping, { topic: "t2" });
    assert.equal(world.metricQueries.length, 1);
  });
});

describe("the probe", () => {
  it("begins after the cool-down, with the tripping topic's mapping and little concurrency", async () => {
    const world = await opened();
    world.trippingTopic = "t1";
    await world.pass(4);
    assert.equal(world.state, "OPEN");
    await world.pass(1);
    assert.deepEqual([world.state, enabled(world)], ["HALF_OPEN", ["t1"]]);
    const probe = [...world.lambda.mappings.values()].find(({ topic }) => topic === "t1");
    assert.equal(probe?.maximumConcurrency, 2);
  });

  it("closes the circuit where all that waited got through in the minute in which the probe began", async () => {
    const world = await opened();
    await world.pass(5);
    assert.equal(world.state, "HALF_OPEN");
    // CloudWatch counts it under the minute's beginning, before the probe's.
    world.signals = GOOD;
    world.signalsAt = Date.parse(world.store.circuit?.probe?.since ?? "") - 1;
    await world.pass(2);
    assert.equal(world.state, "CLOSED");
  });

  it("does not count the minute in which the probe began where something else was measured in it before", async () => {
    const world = await opened();
    await world.pass(4);
    world.signals = { ...GOOD, failures: 1000 };
    await world.pass(1);
    assert.equal(world.state, "HALF_OPEN");
    world.signalsAt = Date.parse(world.store.circuit?.probe?.since ?? "") - 1;
    await world.pass(3);
    assert.equal(world.state, "HALF_OPEN");
  });

  it("closes the circuit when records get through, and everything is as before", async () => {
    const world = await opened();
    const before = [...world.lambda.mappings.values()].map(({ maximumConcurrency }) => maximumConcurrency);
    await world.pass(5);
    world.signals = GOOD;
    await world.pass(1);
    assert.equal(world.state, "HALF_OPEN", "not before the metrics have had time");
    await world.pass(1);
    assert.equal(world.state, "CLOSED");
    await world.pass(4);
    assert.deepEqual(world.lambda.states(), { Enabled: 3 });
    assert.deepEqual(
      [...world.lambda.mappings.values()].map(({ maximumConcurrency }) => maximumConcurrency),
      before,
    );
    assert.match(world.store.noted.at(-1)?.reason ?? "", /^the probe, topic t0: 9 of 9 messages forwarded$/);
  });

  it("opens it again when it fails, for twice as long each time, with a cap", async () => {
    const world = await opened();
    world.signals = BAD;
    const open: number[] = [];
    for (let minute = 0, since = 0; minute < 60; minute++) {
      const before = world.state;
      await world.pass(1);
      if (before === "OPEN" && world.state === "HALF_OPEN") open.push(minute - since);
      if (before === "HALF_OPEN" && world.state === "OPEN") since = minute;
    }
    assert.deepEqual(open, [4, 10, 15, 15]);
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
    const concurrency = [...world.lambda.mappings.values()].map(({ maximumConcurrency }) => maximumConcurrency);
    assert.deepEqual(concurrency, [10, 10, 10]);
  });

  it("moves to a queue with a backlog where it has none itself", async () => {
    const world = await opened();
    await world.pass(5);
    assert.deepEqual(enabled(world), ["t0"]);
    world.backlogs.set("t2", 5);
    await world.pass(1);
    assert.deepEqual(enabled(world), ["t0"], "not before the metrics have had time");
    await world.pass(1);
    assert.deepEqual(enabled(world), ["t2"]);
    assert.deepEqual(world.lambda.states(), { Enabled: 1, Disabled: 2 });
    const { answer } = await world.invoke({ command: "status" });
    assert.equal(answer?.status?.probe, "t2");
  });

  it("does not move while something comes through it, good or bad", async () => {
    const world = await opened();
    await world.pass(5);
    world.signals = { dropped: 50, invocations: 1, batchesStarted: 1 };
    world.backlogs.set("t2", 5);
    await world.pass(30);
    assert.deepEqual([world.state, enabled(world)], ["HALF_OPEN", ["t0"]]);
  });

  it("waits for traffic, says so, and takes the first there is", async () => {
    const world = await opened(80);
    await world.pass(30);
    assert.equal(world.state, "HALF_OPEN");
    const reminders = world.logged.filter(({ message }) => message === "the probe has no verdict yet");
    assert.ok(reminders.length >= 4, `${reminders.length}`);
    assert.ok(world.sum("ProbeTicksWithoutVerdict") > 100);
    world.backlogs.set("t79", 1);
    await world.pass(4);
    assert.deepEqual(enabled(world), ["t79"]);
  });

  it("measures thirty queues a minute at most", async () => {
    const world = await opened(80);
    world.calls.length = 0;
    await world.pass(10);
    const measured = world.calls.filter((name) => name === "backlog").length;
    assert.ok(measured > 30 && measured <= 30 * 6, `${measured}`);
  });

  it("has no verdict while the metrics cannot be read", async () => {
    const world = await opened();
    await world.pass(5);
    world.signals = GOOD;
    world.broken.add("getMetricData");
    await world.pass(10);
    assert.equal(world.state, "HALF_OPEN");
    world.broken.clear();
    await world.pass(1);
    assert.equal(world.state, "CLOSED");
  });

  it("is chosen though the backlogs cannot be measured", async () => {
    const world = await opened();
    world.broken.add("backlog");
    await world.pass(5);
    assert.deepEqual(enabled(world), ["t0"]);
  });

  it("is another mapping where its own is gone", async () => {
    const world = await opened();
    await world.pass(5);
    const { uuid = "" } = world.store.circuit?.probe ?? {};
    world.lambda.mappings.delete(uuid);
    await world.pass(3);
    assert.deepEqual([world.state, enabled(world)], ["HALF_OPEN", ["t1"]]);
  });

  it("is another mapping after one whose function crashed", async () => {
    const world = await opened();
    world.trippingTopic = "t1";
    world.backlogs.set("t0", 5).set("t1", 5);
    await world.pass(5);
    assert.deepEqual(enabled(world), ["t1"]);
    world.signals = { invocations: 3, errors: 3, batchesStarted: 3 };
    await world.pass(2);
    assert.equal(world.state, "OPEN");
    world.signals = {};
    await world.pass(10);
    assert.deepEqual(enabled(world), ["t0"]);
  });

  it("ends with the alarm that it raises, and later messages of older alarms change nothing", async () => {
    const world = await opened();
    await world.pass(5);
    const late = world.alarm();
    await world.pass(1);
    await world.invoke(world.alarm());
    assert.deepEqual([world.state, world.store.circuit?.coolDownTicks], ["OPEN", 10]);
    await world.command({ command: "close", by: "jane" });
    world.alarms.clear();
    await world.invoke(late);
    assert.equal(world.state, "CLOSED");
  });

  it("is not needed where no mapping was enabled", async () => {
    const world = new World();
    world.lambda.create("retired", { state: "Disabled" });
    await world.invoke(world.alarm());
    world.alarms.clear();
    await world.pass(7);
    assert.deepEqual([world.state, world.lambda.states()], ["CLOSED", { Disabled: 1 }]);
    assert.match(world.store.noted.at(-1)?.reason ?? "", /nothing to probe/);
  });

  it("keeps a concurrency that Pulumi sets meanwhile", async () => {
    const world = await opened(1);
    await world.pass(5);
    const [UUID = ""] = world.lambda.mappings.keys();
    world.lambda.change({ UUID, ScalingConfig: { MaximumConcurrency: 40 } });
    world.signals = GOOD;
    await world.pass(6);
    assert.deepEqual([world.state, world.lambda.mappings.get(UUID)?.maximumConcurrency], ["CLOSED", 40]);
  });
});

describe("a hold", () => {
  it("ends by itself at its time, with a probe", async () => {
    const world = await opened();
    await world.command({ command: "hold", by: "jane", reason: "test", minutes: 10 });
    world.signals = GOOD;
    await world.pass(9);
    assert.equal(world.state, "HOLD");
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
    await world.pass(2);
    assert.deepEqual(world.transitions.slice(1), ["OPEN → HOLD", "HOLD → HALF_OPEN"]);
    assert.deepEqual(enabled(world), ["t0"]);
  });

  it("is changed by no alarm, neither told nor found", async () => {
    const world = await opened();
    await world.command({ command: "hold", by: "jane", reason: "test" });
    await world.invoke(world.alarm());
    await world.pass(30);
    assert.deepEqual(world.transitions.slice(1), ["OPEN → HOLD"]);
  });
});
