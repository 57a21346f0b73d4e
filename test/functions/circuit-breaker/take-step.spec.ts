import assert from "node:assert/strict";
import { ControlPlane } from "../../../functions/circuit-breaker/control-plane.ts";
import type { SavedMapping } from "../../../functions/circuit-breaker/mapping.ts";
import { mappingOf } from "../../../functions/circuit-breaker/mapping.ts";
import { Pacer } from "../../../functions/circuit-breaker/pacer.ts";
import type { Step } from "../../../functions/circuit-breaker/plan.ts";
import { takeStep } from "../../../functions/circuit-breaker/take-step.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { MemoryLambda, type MemoryMapping } from "./support/memory-lambda.ts";
import { MemoryStore } from "./support/memory-store.ts";

const AT = "2026-01-10T06:00:00.000Z";

/** One mapping, and what is saved of it. */
function setUp(given: Partial<MemoryMapping> = {}, item?: Partial<SavedMapping>) {
  const clock = virtualClock();
  const lambda = new MemoryLambda(clock);
  const store = new MemoryStore();
  const uuid = lambda.create("orders", given);
  if (item !== undefined) {
    store.mappings.set(uuid, { kind: "MAPPING", id: uuid, source_arn: "arn", saved_at: "before", ...item });
  }
  const take = async (kind: Step["do"]) => {
    const [saved] = await store.saved();
    const mapping = mappingOf(await lambda.getMapping(uuid));
    lambda.calls.length = 0;
    const pacer = new Pacer(clock, Number.POSITIVE_INFINITY);
    const controlPlane = new ControlPlane(lambda, { pacer, clock, deadline: clock.now() + 10_000 });
    const step = { do: kind, mapping, saved, isRestored: true } as Step;
    const [result] = await Promise.all([
      Promise.allSettled([takeStep(step, { controlPlane, store, now: () => AT })]),
      clock.advance(20_000),
    ]);
    if (result[0].status === "rejected") throw result[0].reason;
  };
  return {
    take,
    lambda,
    uuid,
    now: () => lambda.mappings.get(uuid),
    item: () => store.mappings.get(uuid),
    change: () => lambda.calls.find(({ name }) => name === "update")?.change,
  };
}

describe("to disable", () => {
  it("saves the mapping, then disables it, and changes nothing else", async () => {
    const { take, now, item, change, uuid } = setUp();
    await take("disable");
    assert.equal(now()?.state, "Disabled");
    const source_arn = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-orders";
    assert.deepEqual(item(), { kind: "MAPPING", id: uuid, source_arn, saved_at: AT });
    assert.deepEqual(change(), { UUID: uuid, Enabled: false });
  });

  it("has saved it when disabling fails, and keeps what was saved first", async () => {
    const { take, lambda, now, item } = setUp();
    lambda.failures.push("ResourceInUseException");
    await assert.rejects(take("disable"), { name: "ResourceInUseException" });
    assert.deepEqual([now()?.state, item()?.saved_at], ["Enabled", AT]);

    const again = setUp({}, {});
    await again.take("disable");
    assert.deepEqual([again.now()?.state, again.item()?.saved_at], ["Disabled", "before"]);
  });

  it("takes back that it was asked for before it disables it", async () => {
    const { take, lambda, item } = setUp({}, { asked_at: AT });
    lambda.failures.push("TooManyRequestsException");
    await assert.rejects(take("disable"));
    assert.equal(item()?.asked_at, undefined);
  });

  it("gives a probe its concurrency back in the same call", async () => {
    const { take, now, item } = setUp({ maximumConcurrency: 2 }, { scaling: { was: 50 } });
    await take("disable");
    assert.deepEqual([now()?.state, now()?.maximumConcurrency, item()?.scaling], ["Disabled", 50, undefined]);
  });

  it("leaves a concurrency that somebody has changed meanwhile", async () => {
    const { take, now, item, change, uuid } = setUp({ maximumConcurrency: 20 }, { scaling: { was: 50 } });
    await take("disable");
    assert.deepEqual([now()?.maximumConcurrency, item()?.scaling], [20, undefined]);
    assert.deepEqual(change(), { UUID: uuid, Enabled: false });
  });
});

describe("to probe", () => {
  it("saves the concurrency, then enables the mapping with that of a probe", async () => {
    for (const maximumConcurrency of [10, 2, undefined]) {
      const { take, now, item } = setUp({ state: "Disabled", maximumConcurrency }, {});
      await take("probe");
      assert.deepEqual([now()?.state, now()?.maximumConcurrency], ["Enabled", 2]);
      assert.equal(item()?.scaling?.was, maximumConcurrency);
      assert.notEqual(item()?.scaling, undefined);
    }
  });

  it("keeps what was saved where the first try was cut off after its change", async () => {
    const { take, item } = setUp({ state: "Disabled", maximumConcurrency: 2 }, { scaling: { was: 10 } });
    await take("probe");
    assert.deepEqual(item()?.scaling, { was: 10 });
  });

  it("saves it anew where somebody has changed it since an earlier probe", async () => {
    const { take, item } = setUp({ state: "Disabled", maximumConcurrency: 30 }, { scaling: { was: 10 } });
    await take("probe");
    assert.deepEqual(item()?.scaling, { was: 30 });
  });

  it("leaves provisioned pollers alone", async () => {
    const given = { state: "Disabled", maximumConcurrency: undefined, hasPollers: true };
    const { take, change, uuid } = setUp(given, {});
    await take("probe");
    assert.deepEqual(change(), { UUID: uuid, Enabled: true });
  });

  it("takes back that it was asked for", async () => {
    const { take, item } = setUp({ state: "Disabled" }, { asked_at: AT });
    await take("probe");
    assert.equal(item()?.asked_at, undefined);
  });
});

describe("to restore", () => {
  it("enables the mapping, then notes that it was asked for", async () => {
    const { take, lambda, now, item, change, uuid } = setUp({ state: "Disabled" }, {});
    lambda.failures.push("TooManyRequestsException");
    await assert.rejects(take("restore"));
    assert.equal(item()?.asked_at, undefined);
    await take("restore");
    assert.deepEqual([now()?.state, item()?.asked_at], ["Enabled", AT]);
    assert.deepEqual(change(), { UUID: uuid, Enabled: true });
  });

  it("gives a probe its concurrency back, or none where it had none", async () => {
    for (const was of [50, undefined]) {
      const { take, now, item } = setUp({ maximumConcurrency: 2 }, { scaling: was === undefined ? {} : { was } });
      await take("restore");
      assert.deepEqual([now()?.state, now()?.maximumConcurrency, item()?.scaling], ["Enabled", was, undefined]);
    }
  });

  it("leaves a concurrency that somebody has changed meanwhile", async () => {
    const { take, now } = setUp({ state: "Disabled", maximumConcurrency: 20 }, { scaling: { was: 50 } });
    await take("restore");
    assert.equal(now()?.maximumConcurrency, 20);
  });
});

describe("to forget", () => {
  it("changes no mapping", async () => {
    const { take, lambda, item } = setUp({}, {});
    await take("forget");
    assert.deepEqual([item(), lambda.calls], [undefined, []]);
  });
});

describe("a mapping that is gone", () => {
  for (const kind of ["disable", "probe", "restore"] as const) {
    it(`is forgotten when it is to ${kind}`, async () => {
      const { take, lambda, uuid, item } = setUp({ state: "Disabled" }, { scaling: {} });
      const getMapping = lambda.getMapping.bind(lambda);
      lambda.getMapping = async (id) => {
        const mapping = await getMapping(id);
        lambda.mappings.delete(uuid);
        return mapping;
      };
      await take(kind);
      assert.equal(item(), undefined);
    });
  }
});
