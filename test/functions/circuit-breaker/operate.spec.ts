import assert from "node:assert/strict";
import { World } from "./support/world.ts";

const jane = { by: "jane", reason: "maintenance" };
const open = { command: "open", ...jane } as const;

function worldOf(mappings: number): World {
  const world = new World();
  for (let n = 0; n < mappings; n++) world.lambda.create(`t${n}`);
  return world;
}

describe("an operator", () => {
  it("sees a circuit of which nothing was ever written, and changes nothing by looking", async () => {
    const world = worldOf(2);
    world.lambda.create("stopped", { state: "Disabled" });
    assert.deepEqual(await world.command({ command: "status" }), {
      ok: true,
      status: { state: "CLOSED", mappings: { Enabled: 2, Disabled: 1 }, pending: 0, transitions: [] },
    });
    assert.equal(world.store.circuit, undefined);
    assert.deepEqual(
      world.lambda.calls.map(({ name }) => name),
      ["list"],
    );
  });

  it("opens the circuit, and learns what follows", async () => {
    const world = worldOf(3);
    const answer = await world.command(open);
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
    const { since, transitions, ...status } = answer?.status ?? assert.fail();
    assert.deepEqual(
      [answer?.ok, status],
      [
        true,
        {
          state: "OPEN",
          reason: "jane: maintenance",
          mappings: { Enabled: 3 },
          pending: 3,
          minutesToProbe: 5,
        },
      ],
    );
    assert.deepEqual(transitions, [{ from: "CLOSED", to: "OPEN", at: since, reason: "jane: maintenance" }]);
    await world.pass(2);
    const later = (await world.command({ command: "status" }))?.status;
    assert.deepEqual([later?.mappings, later?.pending, later?.minutesToProbe], [{ Disabled: 3 }, 0, 3]);
  });

  it("learns what forbids a command, and how the circuit is", async () => {
    const world = worldOf(1);
    const answer = await world.command({ command: "release", by: "jane" });
    assert.deepEqual([answer?.ok, answer?.status?.state], [false, "CLOSED"]);
    assert.match(answer?.ok === false ? answer.error : "", /^release: the circuit must be held, is CLOSED$/);
    assert.equal(world.store.circuit, undefined);
    assert.deepEqual(world.notices, []);
  });

  it("learns at once what is wrong with a command", async () => {
    const world = worldOf(1);
    const { answer } = await world.invoke({ command: "open" });
    assert.deepEqual(answer, { ok: false, error: "by: must be a name of 1 to 100 characters, is missing" });
    assert.deepEqual(world.calls, []);
  });

  it("holds and releases: the probe begins in the same moment", async () => {
    const world = worldOf(3);
    const held = await world.command({ command: "hold", ...jane, minutes: 120 });
    const { hold } = held?.status ?? {};
    assert.deepEqual([hold?.by, hold?.reason], ["jane", "maintenance"]);
    assert.equal(Date.parse(hold?.until ?? "") - Date.parse(hold?.since ?? ""), 120 * 60_000);
    await world.pass(1);
    const released = await world.command({ command: "release", by: "joe" });
    assert.deepEqual([released?.status?.state, released?.status?.probe], ["HALF_OPEN", "t0"]);
    assert.deepEqual(world.lambda.states(), { Enabled: 1, Disabled: 2 });
  });

  it("need not wait for a large stack", async () => {
    const world = worldOf(700);
    const started = world.start(open);
    await world.clock.advance(14_000);
    assert.equal(started.outcome, "answered");
    assert.equal(started.answer?.status?.pending, 700);
  });

  it("sees what another invocation found that is at the mappings", async () => {
    const world = worldOf(150);
    world.start(world.alarm());
    await world.clock.advance(5000);
    const calls = world.lambda.calls.filter(({ name }) => name === "list").length;
    const started = world.start({ command: "status" });
    await world.clock.advance(2000);
    assert.deepEqual([started.answer?.status?.mappings, started.answer?.status?.pending], [{ Enabled: 150 }, 150]);
    assert.equal(world.lambda.calls.filter(({ name }) => name === "list").length, calls);
  });

  it("sees the circuit though Lambda does not answer", async () => {
    const world = worldOf(1);
    world.broken.add("listMappings");
    const answer = await world.command(open);
    assert.deepEqual([answer?.ok, answer?.status?.state, answer?.status?.mappings], [true, "OPEN", {}]);
  });

  it("sees the last ten transitions, the newest first", async () => {
    const world = worldOf(0);
    for (let n = 0; n < 6; n++) {
      await world.command(open);
      await world.command({ command: "close", by: "jane" });
    }
    const { transitions = [] } = (await world.command({ command: "status" }))?.status ?? {};
    assert.deepEqual([transitions.length, transitions[0]?.to, transitions[9]?.to], [10, "CLOSED", "OPEN"]);
    assert.ok((transitions[0]?.at ?? "") > (transitions[1]?.at ?? ""));
  });

  it("and an alarm at the same time: one of them opens the circuit", async () => {
    const world = worldOf(3);
    const [, asked] = [world.start(world.alarm()), world.start(open)];
    await world.clock.advance(60_000);
    assert.equal(world.transitions.length, 1);
    assert.equal(asked.answer?.status?.state, "OPEN");
    assert.deepEqual(world.lambda.states(), { Disabled: 3 });
  });
});
