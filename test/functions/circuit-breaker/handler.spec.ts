import assert from "node:assert/strict";
import { ALARM, alarmEvent, OTHER_ALARM, World } from "./support/world.ts";

const records = (...events: unknown[]) => ({
  Records: events.flatMap((event) => (event as { Records: unknown[] }).Records),
});

function withMapping(): World {
  const world = new World();
  world.lambda.create("orders");
  return world;
}

describe("the circuit breaker's handler", () => {
  it("opens the circuit on an alarm's message", async () => {
    const world = withMapping();
    const started = await world.invoke(world.alarm());
    assert.deepEqual([started.outcome, started.answer], ["answered", undefined]);
    assert.deepEqual([world.transitions, world.lambda.states()], [["CLOSED → OPEN"], { Disabled: 1 }]);
  });

  it("opens it once on two alarms, told together or apart", async () => {
    const together = withMapping();
    const { clock } = together;
    await together.invoke(records(alarmEvent(ALARM, clock.now()), alarmEvent(OTHER_ALARM, clock.now())));
    const apart = withMapping();
    apart.start(apart.alarm(ALARM));
    apart.start(apart.alarm(OTHER_ALARM));
    await apart.clock.advance(60_000);
    for (const { transitions, notices, lambda } of [together, apart]) {
      assert.deepEqual([transitions, notices.length, lambda.states()], [["CLOSED → OPEN"], 1, { Disabled: 1 }]);
    }
  });

  const ignored: [string, unknown][] = [
    ["an alarm's end", alarmEvent(ALARM, Date.UTC(2027, 0), "OK")],
    ["an alarm of others", alarmEvent("lean-ops-dev-dlq-depth", Date.UTC(2027, 0))],
    ["a message that is no JSON", { Records: [{ Sns: { Message: "hello" } }] }],
    ["a record of something else", { Records: [{ s3: {} }, null, 7, "x"] }],
    ["no records", { Records: [] }],
    ["records that are none", { Records: "many" }],
  ];
  for (const [what, event] of ignored) {
    it(`ignores ${what}, without an error`, async () => {
      const world = withMapping();
      const started = await world.invoke(event);
      assert.deepEqual([started.outcome, world.store.circuit, world.lambda.calls], ["answered", undefined, []]);
    });
  }

  it("reads on behind a message that it ignores", async () => {
    const world = withMapping();
    const garbage = { Records: [{ Sns: { Message: "{" } }, {}] };
    await world.invoke(records(garbage, alarmEvent("other", world.clock.now()), world.alarm()));
    assert.equal(world.state, "OPEN");
    const lines = world.logged.filter(({ message }) => message === "message ignored");
    assert.equal(lines.length, 3);
  });

  it("says what is wrong with any other event", async () => {
    for (const event of [null, "status", 7, [], {}, { command: "explode" }, { command: "reconcile" }]) {
      const { outcome, answer } = await withMapping().invoke(event);
      assert.equal(outcome, "answered");
      assert.match(answer?.ok === false ? answer.error : "", /^(command|scheduledTime): must be/);
    }
  });

  it("fails where the table is away, and the next tick opens the circuit", async () => {
    const world = withMapping();
    world.broken.add("write");
    assert.equal((await world.invoke(world.alarm())).outcome, "threw");
    world.broken.clear();
    await world.pass(1);
    assert.deepEqual([world.state, world.lambda.states()], ["OPEN", { Disabled: 1 }]);
  });

  it("writes its request's id on every line", async () => {
    const world = withMapping();
    await world.invoke(world.alarm());
    assert.ok(world.logged.length > 0);
    for (const line of world.logged) assert.equal(line.function_request_id, "request-1");
  });
});
