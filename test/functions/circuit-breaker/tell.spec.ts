import assert from "node:assert/strict";
import { transitionItem } from "../../../functions/circuit-breaker/tell.ts";
import { ALARM, World } from "./support/world.ts";

const close = { command: "close", by: "jane" } as const;
const open = { command: "open", by: "jane", reason: "test" } as const;
const subjects = ({ notices }: World) => notices.map(({ subject }) => subject.split(":")[0]);

describe("a transition is told", () => {
  it("by an item, a log line, a metric and a notice, once", async () => {
    const world = new World();
    await world.invoke(world.alarm());
    await world.pass(2);
    const [item, ...none] = world.store.noted;
    const { at, reason } = item ?? assert.fail();
    assert.deepEqual(none, []);
    assert.deepEqual(item, {
      kind: "TRANSITION",
      id: `${at}#1`,
      from: "CLOSED",
      to: "OPEN",
      at,
      reason: `alarm ${ALARM}: 51 % of 100`,
      expires_at: Math.floor(Date.parse(at) / 1000) + 90 * 86_400,
    });
    const lines = world.logged.filter(({ message }) => message === "circuit");
    assert.deepEqual(
      lines.map(({ level, from, to, reason }) => ({ level, from, to, reason })),
      [{ level: "WARN", from: "CLOSED", to: "OPEN", reason }],
    );
    assert.deepEqual(
      world.metrics.filter(({ counts }) => "CircuitTransitions" in counts),
      [
        {
          timestamp: Date.parse(at),
          dimensions: { service: "circuit-breaker", function_name: "lean-ops-dev-circuit-breaker", to: "OPEN" },
          counts: { CircuitTransitions: 1 },
        },
      ],
    );
    assert.deepEqual(
      world.notices.map(({ subject }) => subject),
      ["Circuit OPEN: lean-ops-dev-sqs-processor"],
    );
    assert.deepEqual(world.store.circuit?.untold, []);
  });

  it("later where the notice could not be sent, in order, and noted only once", async () => {
    const world = new World();
    world.broken.add("publish");
    await world.command(open);
    await world.command(close);
    await world.pass(1);
    assert.deepEqual([world.notices, world.store.noted.length], [[], 2]);
    assert.equal(world.state, "CLOSED");
    assert.ok(world.logged.some(({ message, untold }) => message === "transitions not told" && untold === 2));
    world.broken.clear();
    await world.pass(3);
    assert.deepEqual(subjects(world), ["Circuit OPEN", "Circuit CLOSED"]);
    assert.equal(world.sum("CircuitTransitions"), 2);
  });

  it("without a notice that could not be sent through a hundred others, so that the item never grows too large", async () => {
    const world = new World();
    world.broken.add("publish");
    for (let n = 0; n < 60; n++) {
      await world.command(open);
      await world.command(close);
    }
    assert.equal(world.store.circuit?.untold.length, 100);
    assert.equal(world.store.noted.length, 120);
  });

  it("and does not keep the circuit from its work meanwhile", async () => {
    const world = new World();
    world.lambda.create("orders");
    world.broken.add("publish").add("note");
    await world.invoke(world.alarm());
    assert.deepEqual(world.lambda.states(), { Disabled: 1 });
  });

  it("at least once, wherever the invocation that made it ends", async () => {
    for (const takesEffect of [false, true]) {
      for (let at = 2; at < 12; at++) {
        const world = new World();
        world.lambda.create("orders");
        await world.invoke(world.alarm(), { crash: { at, takesEffect } });
        await world.pass(2);
        assert.deepEqual(world.transitions, ["CLOSED → OPEN"], `${at}`);
        assert.ok(world.notices.length >= 1 && world.notices.length <= 2, `${at}: ${world.notices.length}`);
        assert.ok(world.logged.some(({ message }) => message === "circuit"));
        assert.deepEqual(world.lambda.states(), { Disabled: 1 });
      }
    }
  });
});

describe("transitionItem", () => {
  it("is the same each time, so that a second writing changes nothing", () => {
    const transition = {
      from: "OPEN",
      to: "HALF_OPEN",
      at: "2026-01-10T06:00:00.000Z",
      reason: "x",
      version: 3,
    } as const;
    assert.deepEqual(transitionItem({ ...transition, noted: true }), transitionItem(transition));
    assert.equal(transitionItem(transition).id, "2026-01-10T06:00:00.000Z#3");
  });
});
