import assert from "node:assert/strict";
import { mostInASecond } from "./support/memory-lambda.ts";
import { MINUTE_MS, World } from "./support/world.ts";

const open = { command: "open", by: "jane", reason: "test" } as const;
const close = { command: "close", by: "jane" } as const;

function worldOf(mappings: number): World {
  const world = new World();
  for (let n = 0; n < mappings; n++) world.lambda.create(`t${n}`);
  return world;
}

const updates = ({ lambda }: World) => lambda.calls.filter(({ name }) => name === "update");

describe("converge", () => {
  it("begins in the invocation that opens the circuit", async () => {
    const world = worldOf(30);
    await world.invoke(world.alarm());
    assert.deepEqual(world.lambda.states(), { Disabled: 30 });
  });

  it("stops in time, and goes on at the next tick without repeating anything", async () => {
    const world = worldOf(400);
    const first = await world.invoke(world.alarm());
    assert.equal(first.outcome, "answered");
    const done = updates(world).length;
    assert.ok(done > 150 && done < 300, `${done}`);
    const last = updates(world).at(-1)?.at ?? 0;
    assert.ok(last <= world.clock.now() - 2900, "no call begins in the last 3 s");
    await world.pass(2);
    assert.equal(updates(world).length, 400);
    assert.deepEqual(world.lambda.states(), { Disabled: 400 });
  });

  it("keeps to ten calls a second, and close to it, however slow the table is", async () => {
    const world = worldOf(400);
    world.latencyMs = 120;
    await world.invoke(world.alarm());
    const times = updates(world).map(({ at }) => at);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    const rate = (times.length - 1) / seconds;
    assert.ok(rate >= 9.8, `${rate.toFixed(1)} calls a second`);
    assert.ok(mostInASecond(world.lambda.calls.map(({ at }) => at)) <= 10);
  });

  it("keeps a share of a short invocation, too", async () => {
    const world = worldOf(100);
    const started = await world.invoke(world.alarm(), { remainingMs: 1500 });
    assert.equal(started.outcome, "answered");
    assert.ok(updates(world).length > 3);
  });

  it("is done by one invocation at a time", async () => {
    const world = worldOf(100);
    const [one, other] = [world.start(world.alarm()), world.start(world.tickEvent())];
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual([one.outcome, other.outcome], ["answered", "answered"]);
    assert.equal(world.logged.filter(({ message }) => message === "another invocation is at the mappings").length, 1);
    assert.equal(updates(world).length, 100);
  });

  it("waits for the end of an invocation that died, and takes over", async () => {
    const world = worldOf(3);
    await world.invoke(world.alarm(), { crash: { at: 12, takesEffect: true } });
    assert.notDeepEqual(world.lambda.states(), { Disabled: 3 });
    await world.clock.advance(1000);
    await world.pass(1);
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
  });

  it("turns around where the circuit changes meanwhile", async () => {
    const world = worldOf(200);
    world.start(world.alarm());
    await world.clock.advance(5000);
    world.alarms.clear();
    const before = updates(world).length;
    world.start(close);
    await world.clock.advance(3000);
    const disabled = updates(world).length - before;
    assert.ok(disabled <= 20, `${disabled}`);
    await world.pass(6);
    assert.deepEqual(world.lambda.states(), { Enabled: 200 });
  });

  it("tries again what was refused for the moment, and leaves what is refused for good", async () => {
    const world = worldOf(3);
    world.lambda.failures.push("ResourceInUseException", "TooManyRequestsException", "InvalidParameterValueException");
    await world.invoke(world.alarm());
    assert.equal(updates(world).length, 5);
    assert.deepEqual(world.lambda.states(), { Disabled: 2, Enabled: 1 });
    await world.pass(1);
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
  });

  it("says how many mappings are not as they should be", async () => {
    const world = worldOf(5);
    await world.invoke(world.alarm());
    assert.equal(world.sum("MappingsNotAsWanted"), 5);
    await world.pass(1);
    assert.equal(
      world.metrics.findLast(({ counts }) => "MappingsNotAsWanted" in counts)?.counts.MappingsNotAsWanted,
      0,
    );
  });

  it("disables what is created or enabled while the circuit is open, and restores it", async () => {
    const world = worldOf(1);
    const stopped = world.lambda.create("stopped", { state: "Disabled" });
    const kept = world.lambda.create("kept", { state: "Disabled" });
    await world.command({ ...open, command: "hold" });
    world.lambda.create("new");
    world.lambda.change({ UUID: stopped, Enabled: true });
    await world.pass(2);
    assert.deepEqual(world.lambda.states(), { Disabled: 4 });
    await world.command({ command: "release", by: "jane" });
    await world.command(close);
    await world.pass(4);
    assert.deepEqual(world.lambda.states(), { Enabled: 3, Disabled: 1 });
    assert.equal(world.lambda.mappings.get(kept)?.state, "Disabled");
  });

  it("leaves what somebody disables while it is being restored, also when the circuit opens again", async () => {
    const world = worldOf(30);
    await world.invoke(world.alarm());
    world.alarms.clear();
    await world.command(close);
    const uuid = world.lambda.calls.find(({ change }) => change?.Enabled === true)?.change?.UUID ?? assert.fail();
    await world.clock.advance(15_000);
    world.lambda.change({ UUID: uuid, Enabled: false });
    await world.command(open);
    await world.pass(2);
    await world.command(close);
    await world.pass(5);
    assert.deepEqual(world.lambda.states(), { Enabled: 29, Disabled: 1 });
    assert.equal(world.lambda.mappings.get(uuid)?.state, "Disabled");
    const message = "stopped by somebody since they were restored, and left so";
    assert.deepEqual(world.logged.find((line) => line.message === message)?.mappings, [uuid]);
  });

  it("forgets a mapping that was deleted", async () => {
    const world = worldOf(2);
    const uuid = world.lambda.create("retired");
    await world.command(open);
    world.lambda.mappings.delete(uuid);
    await world.command(close);
    await world.pass(4);
    assert.deepEqual([world.store.mappings.size, world.store.circuit?.restoring], [0, false]);
  });

  it("restores in steps, a minute apart", async () => {
    const world = worldOf(120);
    await world.invoke(world.alarm());
    world.alarms.clear();
    await world.pass(1);
    const asked: number[] = [];
    world.start(close);
    for (let minute = 0; minute < 4; minute++) {
      await world.clock.advance(30_000);
      asked.push(updates(world).filter(({ change }) => change?.Enabled).length);
      await world.clock.advance(30_000);
      world.start(world.tickEvent());
    }
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual(asked, [12, 40, 120, 120]);
    assert.deepEqual(world.lambda.states(), { Enabled: 120 });
  });

  it("fails loudly where Lambda does not let it look", async () => {
    const world = worldOf(1);
    world.broken.add("listMappings");
    const started = await world.invoke(world.alarm());
    assert.deepEqual([started.outcome, world.state], ["threw", "OPEN"]);
    world.broken.clear();
    await world.pass(1);
    assert.deepEqual(world.lambda.states(), { Disabled: 1 });
  });
});
