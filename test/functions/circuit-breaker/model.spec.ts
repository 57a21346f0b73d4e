import assert from "node:assert/strict";
import fc from "fast-check";
import type { BreakerCommand } from "../../../functions/common/circuit.ts";
import { Operators } from "./support/operators.ts";
import { ALARM, type InvocationOptions, MINUTE_MS, OTHER_ALARM, type Started, World } from "./support/world.ts";

/** What the sequences must have led to, so that the promises say something. */
const seen = { crashed: 0, overlapped: 0, reopened: 0, restored: 0, held: 0 };

/** The circuit breaker among operators, alarms and faults. */
class Scene {
  readonly world = new World();
  readonly operators = new Operators(this.world);
  readonly started: Started[] = [];

  constructor() {
    this.world.signals = { invocations: 0 };
  }

  start(event: unknown, options: InvocationOptions = {}): void {
    if (this.world.busy > 0) seen.overlapped++;
    this.started.push(this.world.start(event, options));
  }

  async quiet(minutes: number): Promise<void> {
    const { world } = this;
    world.lambda.failures.length = 0;
    world.broken.clear();
    await world.pass(minutes);
  }
}

type Command = fc.AsyncCommand<object, Scene>;

/** A step that can always be taken. */
function step(name: string, run: (scene: Scene) => Promise<void> | void): Command {
  return {
    check: () => true,
    run: async (_model, scene) => {
      await run(scene);
      scene.operators.check();
    },
    toString: () => name,
  };
}

const crash = fc.option(fc.record({ at: fc.integer({ min: 1, max: 60 }), takesEffect: fc.boolean() }), {
  nil: undefined,
  freq: 3,
});
const options = crash.map((given): InvocationOptions => (given === undefined ? {} : { crash: given }));
const seconds = fc.constantFrom(0, 0, 1, 5, 20, 40, 60);
const which = fc.nat({ max: 60 });

const invocation = (name: string, eventOf: (scene: Scene) => unknown) =>
  fc.tuple(options, seconds).map(([given, wait]) =>
    step(`${name} ${JSON.stringify(given)}, then ${wait} s`, async (scene) => {
      scene.start(eventOf(scene), given);
      await scene.world.clock.advance(wait * 1000);
    }),
  );

const asked = (command: BreakerCommand) => invocation(command.command, () => command);

const commands = [
  invocation("tick", ({ world }) => world.tickEvent()),
  invocation("tick", ({ world }) => world.tickEvent()),
  invocation("the tick of the minute, maybe again", ({ world }) => {
    return world.tickEvent(Math.floor(world.clock.now() / MINUTE_MS) * MINUTE_MS);
  }),
  invocation("alarm", ({ world }) => world.alarm(ALARM)),
  fc.tuple(options, options).map(([one, other]) =>
    step(`two alarms ${JSON.stringify([one, other])}`, async (scene) => {
      scene.start(scene.world.alarm(ALARM), one);
      scene.start(scene.world.alarm(OTHER_ALARM), other);
      await scene.world.clock.advance(1000);
    }),
  ),
  fc.constant(step("lost alarm", ({ world }) => void world.alarm())),
  fc.constant(step("alarms end", ({ world }) => world.alarms.clear())),
  asked({ command: "open", by: "jane", reason: "test" }),
  asked({ command: "close", by: "jane" }),
  asked({ command: "hold", by: "jane", reason: "test" }),
  asked({ command: "hold", by: "joe", reason: "test", minutes: 3 }),
  asked({ command: "release", by: "jane" }),
  asked({ command: "status" }),
  fc.integer({ min: 1, max: 8 }).map((minutes) => step(`${minutes} minutes`, ({ world }) => world.pass(minutes))),
  seconds.map((wait) => step(`${wait} s`, ({ world }) => world.clock.advance(wait * 1000))),
  which.map((n) => step(`somebody disables ${n}`, ({ operators }) => operators.setEnabled(n, false))),
  which.map((n) => step(`somebody enables ${n}`, ({ operators }) => operators.setEnabled(n, true))),
  fc
    .tuple(which, fc.constantFrom(3, 5, 50))
    .map(([n, concurrency]) =>
      step(`pulumi sets ${n} to ${concurrency}`, ({ operators }) => operators.setConcurrency(n, concurrency)),
    ),
  fc.boolean().map((enabled) => step(`a mapping is created, ${enabled}`, ({ operators }) => operators.create(enabled))),
  which.map((n) => step(`${n} is deleted`, ({ operators }) => operators.remove(n))),
  fc
    .array(
      fc.constantFrom(
        "ResourceInUseException",
        "ResourceConflictException",
        "TooManyRequestsException",
        "TimeoutError",
      ),
      { minLength: 1, maxLength: 15 },
    )
    .map((names) => step(`updates fail: ${names}`, ({ world }) => void world.lambda.failures.push(...names))),
  fc
    .constantFrom("publish", "getMetricData", "describeAlarms", "backlog", "listMappings", "note")
    .map((name) => step(`${name} is broken`, ({ world }) => void world.broken.add(name))),
  fc.constant(step("nothing is broken", ({ world }) => world.broken.clear())),
  fc
    .constantFrom(
      {},
      { forwarded: 9, invocations: 1, batchesStarted: 1 },
      { failures: 3, invocations: 1 },
      { errors: 3 },
    )
    .map((signals) =>
      step(`the probe says ${JSON.stringify(signals)}`, ({ world }) => {
        world.signals = signals;
      }),
    ),
  fc.nat({ max: 20 }).map((n) => step(`topic ${n} has a backlog`, ({ world }) => void world.backlogs.set(`t${n}`, 5))),
];

function checkHistory({ world }: Scene): void {
  const { noted, circuit } = world.store;
  for (const [index, { at, from, to, reason }] of noted.entries()) {
    const before = noted[index - 1];
    assert.equal(from, before?.to ?? "CLOSED", "a transition follows the one before it");
    assert.ok(before === undefined || at > before.at, "transitions sort by time");
    if (from === "HOLD")
      assert.match(`${to} ${reason}`, /^(HALF_OPEN (release by jane|the hold of j.* has ended)|HOLD j)/);
    assert.ok(
      world.notices.some(({ text }) => text.includes(at) && text.includes(reason)),
      `${from} → ${to} is told`,
    );
  }
  assert.deepEqual(circuit?.untold ?? [], []);
  if (circuit !== undefined) assert.deepEqual([noted.at(-1)?.to, noted.at(-1)?.at], [circuit.state, circuit.since]);
}

async function run(sequence: Iterable<Command>): Promise<void> {
  const scene = new Scene();
  const { world, operators } = scene;
  await fc.asyncModelRun(() => ({ model: {}, real: scene }), sequence);

  await scene.quiet(4);
  checkHistory(scene);
  await world.invoke({ command: "hold", by: "jane", reason: "end of the sequence" });
  await scene.quiet(3);
  assert.equal(world.state, "HOLD");
  for (const { state } of world.lambda.mappings.values()) assert.equal(state, "Disabled", "held");

  world.alarms.clear();
  world.signals = {};
  await world.invoke({ command: "release", by: "jane" });
  await world.invoke({ command: "close", by: "jane" });
  await scene.quiet(6);
  assert.deepEqual([world.state, world.store.circuit?.restoring], ["CLOSED", false]);
  assert.deepEqual([...world.store.mappings], []);
  operators.checkAll();
  checkHistory(scene);
  operators.check();

  const { transitions } = world;
  seen.crashed += scene.started.filter(({ outcome }) => outcome === "cut off").length;
  seen.reopened += transitions.filter((one) => one === "HALF_OPEN → OPEN").length;
  seen.restored += transitions.filter((one) => one === "HALF_OPEN → CLOSED").length;
  seen.held += transitions.filter((one) => one === "OPEN → HOLD").length;
}

describe("the circuit breaker, whatever happens", () => {
  it("disables all, restores exactly what was enabled, keeps to its rate, and tells of every transition", async () => {
    await fc.assert(fc.asyncProperty(fc.commands(commands, { size: "max", maxCommands: 40 }), run), {
      numRuns: 400,
    });
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 5, `${what}: ${times}`);
  }).timeout(60_000);
});
