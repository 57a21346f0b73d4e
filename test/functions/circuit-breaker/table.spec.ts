import assert from "node:assert/strict";
import type { Store } from "../../../functions/circuit-breaker/store.ts";
import { tableStore } from "../../../functions/circuit-breaker/table.ts";
import { createCircuitTable } from "../../scripts/common/circuit-table.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { circuit, PROBE, saved } from "./support/circuits.ts";
import { MemoryStore } from "./support/memory-store.ts";

const transition = (id: string) =>
  ({ kind: "TRANSITION", id, from: "CLOSED", to: "OPEN", at: id, reason: `reason ${id}`, expires_at: 1 }) as const;

/** Whatever holds of the table holds of the store that other specs use in its place. */
function promises(fresh: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await fresh();
  });

  describe("the circuit", () => {
    it("is absent at first, and then as it was written", async () => {
      assert.equal(await store.read(), undefined);
      const first = circuit({
        version: 1,
        probe: PROBE,
        tripping: {},
        countedTicks: ["a", "b"],
        untold: [{ from: "CLOSED", to: "OPEN", at: "x", reason: "", version: 1, minutes: 5, noted: true }],
        hold: { by: "jane", reason: "x", since: "s", until: "u" },
      });
      assert.ok(await store.write(first));
      assert.deepEqual(await store.read(), first);
    });

    it("is written only as the next version, and as a whole", async () => {
      assert.ok(!(await store.write(circuit({ version: 2 }))));
      assert.ok(await store.write(circuit({ version: 1, probe: PROBE })));
      assert.ok(!(await store.write(circuit({ version: 1, reason: "late" }))));
      assert.ok(!(await store.write(circuit({ version: 3 }))));
      assert.ok(await store.write(circuit({ version: 2 })));
      assert.ok(!(await store.write(circuit({ version: 2, reason: "late" }))));
      assert.deepEqual(await store.read(), circuit({ version: 2 }));
    });

    it("is written by one of many at once", async () => {
      const writers = Array.from({ length: 8 }, (_, n) => store.write(circuit({ version: 1, writer: `${n}` })));
      assert.equal((await Promise.all(writers)).filter(Boolean).length, 1);
    });

    it("may have what is undefined", async () => {
      const { crashedProbe: _, ...expected } = circuit({ version: 1 });
      await store.write({ ...expected, ...({ crashedProbe: undefined } as object) });
      assert.equal((await store.read())?.crashedProbe, undefined);
    });
  });

  it("has the last transitions, newest first, each once", async () => {
    for (const id of ["b", "a", "c", "b"]) await store.note(transition(id));
    await store.note({ ...transition("b"), reason: "other" });
    const told = (await store.transitions(2)).map(({ at, reason }) => [at, reason]);
    assert.deepEqual(told, [
      ["c", "reason c"],
      ["b", "reason b"],
    ]);
    assert.deepEqual(Object.keys((await store.transitions(1))[0] ?? {}).toSorted(), ["at", "from", "reason", "to"]);
    assert.equal((await store.transitions(10)).length, 3);
  });

  describe("a mapping", () => {
    it("is saved once", async () => {
      await store.save(saved("a"));
      await store.save(saved("a", { saved_at: "later" }));
      await store.save(saved("b"));
      assert.deepEqual(
        (await store.saved()).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
        [saved("a"), saved("b")],
      );
    });

    it("has been asked for, without a probe's concurrency; and not any more", async () => {
      await store.save(saved("a"));
      await store.scale("a", 10);
      assert.deepEqual(await store.saved(), [saved("a", { scaling: { was: 10 } })]);
      await store.ask("a", "now");
      assert.deepEqual(await store.saved(), [saved("a", { asked_at: "now" })]);
      await store.unask("a");
      await store.unask("a");
      assert.deepEqual(await store.saved(), [saved("a")]);
    });

    it("had a concurrency, or none", async () => {
      await store.save(saved("a"));
      await store.scale("a", undefined);
      assert.deepEqual(await store.saved(), [saved("a", { scaling: {} })]);
      await store.scale("a", 7);
      assert.deepEqual(await store.saved(), [saved("a", { scaling: { was: 7 } })]);
      await store.unscale("a");
      assert.deepEqual(await store.saved(), [saved("a")]);
    });

    it("that is not saved stays so, whatever is noted of it", async () => {
      await store.save(saved("a"));
      await store.forget("a");
      await store.forget("a");
      await store.ask("a", "now");
      await store.unask("a");
      await store.scale("a", 2);
      await store.unscale("a");
      assert.deepEqual(await store.saved(), []);
    });
  });

  describe("the lease", () => {
    it("is one invocation's until it is released or over", async () => {
      assert.ok(await store.acquire("one", 100, 0));
      assert.ok(await store.acquire("one", 100, 0), "its own");
      assert.ok(!(await store.acquire("other", 200, 100)));
      assert.ok(await store.acquire("other", 200, 101));
      await store.release("one");
      assert.ok(!(await store.acquire("third", 300, 150)));
      await store.release("other");
      assert.ok(await store.acquire("third", 300, 150));
    });

    it("is taken by one of many at once", async () => {
      const holders = Array.from({ length: 8 }, (_, n) => store.acquire(`${n}`, 100, 0));
      assert.equal((await Promise.all(holders)).filter(Boolean).length, 1);
    });

    it("carries what its holder found, and nobody else", async () => {
      assert.equal(await store.survey(), undefined);
      const survey = { mappings: { Enabled: 2, Disabling: 1 }, pending: 3 };
      await store.report("one", { ...survey, pending: 9 });
      await store.acquire("one", 100, 0);
      await store.report("one", survey);
      await store.report("other", { mappings: {}, pending: 0 });
      await store.release("one");
      await store.acquire("other", 200, 150);
      assert.deepEqual(await store.survey(), survey);
    });
  });
}

describe("the store in memory", () => promises(async () => new MemoryStore()));

describe("the circuit table", () => {
  let database: TrackerTable;
  let tables = 0;
  before(async () => {
    database = await openTrackerTable();
  });
  after(() => database.close());

  const within = <T>(call: (signal: AbortSignal) => Promise<T>) => call(new AbortController().signal);
  const fresh = async () => {
    const name = `circuit-${tables++}`;
    await createCircuitTable(database.client, name);
    return tableStore(database.client, name, within);
  };
  promises(fresh);

  it("answers every saved mapping, beyond what DynamoDB answers at once", async () => {
    const store = await fresh();
    const source_arn = `arn:${"x".repeat(300_000)}`;
    for (let n = 0; n < 5; n++) await store.save(saved(`m${n}`, { source_arn }));
    assert.equal((await store.saved()).length, 5);
  });

  it("throws what is no failed condition", async () => {
    const store = tableStore(database.client, "nowhere", within);
    const calls = [
      () => store.read(),
      () => store.write(circuit({ version: 1 })),
      () => store.saved(),
      () => store.acquire("x", 1, 0),
    ];
    for (const call of calls) await assert.rejects(call(), { name: "ResourceNotFoundException" });
  });
});
