import assert from "node:assert/strict";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Complete, type ProgressStore, progressOf } from "../../../functions/refinery-plan/progress.ts";
import { MemoryProgress } from "./memory-progress.ts";
import { openRefineryTable, type RefineryTable } from "./refinery-table.ts";

const { signal } = new AbortController();
const RUN = Date.UTC(2026, 0, 10);
const complete: Complete = {
  at: RUN / 1000,
  columns: "digest",
  raw: "s3://lake/raw/1.json",
  left: { curated: "c", semantic: "s", rejected: "r" },
  balanced: false,
  repair: ["2026-01-09"],
  since: { "2026-01-09": RUN / 1000 - 900 },
  days: {
    "2026-01-09": { raw_rows: 3, duplicates: 1, rejected: 0, written: "w" },
    none: { raw_rows: 1, duplicates: 0, rejected: 0 },
  },
};
const failure = { step: "curate", error: "ICEBERG_COMMIT_ERROR" };

describe("the refinery's progress", () => {
  let table: RefineryTable;
  before(async () => {
    table = await openRefineryTable();
  });
  after(() => table.close());

  let serial = 0;
  const stores: Record<string, () => ProgressStore> = {
    "in DynamoDB": () => progressOf(table.client, table.name),
    "in memory, as other specs use it": () => new MemoryProgress(),
  };
  for (const [where, open] of Object.entries(stores)) {
    describe(where, () => {
      const of = async (store: ProgressStore, topic: string) => (await store.read(signal)).get(topic);
      const next = () => ({ store: open(), topic: `topic-${serial++}` });

      it("keeps what a complete run left", async () => {
        const { store, topic } = next();
        assert.equal(await store.completed(topic, RUN, complete, signal), true);
        assert.deepEqual(await of(store, topic), { kind: "PROGRESS", id: topic, run_at: RUN, complete });
      });

      it("keeps it besides what failed after it, and forgets the failure with the next complete run", async () => {
        const { store, topic } = next();
        await store.completed(topic, RUN, complete, signal);
        await store.failed(topic, RUN + 1, failure, signal);
        assert.deepEqual(await of(store, topic), {
          kind: "PROGRESS",
          id: topic,
          run_at: RUN + 1,
          complete,
          failed: failure,
        });
        const { left: _, ...later } = { ...complete, at: complete.at + 1 };
        await store.completed(topic, RUN + 2, later, signal);
        assert.deepEqual(await of(store, topic), { kind: "PROGRESS", id: topic, run_at: RUN + 2, complete: later });
      });

      it("keeps a failure of the first run", async () => {
        const { store, topic } = next();
        await store.failed(topic, RUN, failure, signal);
        assert.deepEqual(await of(store, topic), { kind: "PROGRESS", id: topic, run_at: RUN, failed: failure });
      });

      it("lets no older run overwrite a newer one, and a run itself", async () => {
        const { store, topic } = next();
        await store.completed(topic, RUN, complete, signal);
        assert.equal(await store.completed(topic, RUN - 1, { ...complete, at: 0 }, signal), false);
        assert.equal(await store.failed(topic, RUN - 1, failure, signal), false);
        assert.deepEqual(await of(store, topic), { kind: "PROGRESS", id: topic, run_at: RUN, complete });
        assert.equal(await store.completed(topic, RUN, { ...complete, balanced: true }, signal), true);
        assert.equal((await of(store, topic))?.complete?.balanced, true);
      });
    });
  }

  it("reads every page, and no other kind of item", async () => {
    const store = progressOf(table.client, table.name);
    const Item = marshall({ kind: "LOCK", id: "run", owner: "x" });
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    // DynamoDB answers a megabyte at once.
    const days = Object.fromEntries(
      Array.from({ length: 3000 }, (_, n) => [`day ${n}`, { raw_rows: n, duplicates: 0, rejected: 0 }]),
    );
    const topics = Array.from({ length: 12 }, (_, n) => `large-${n}`);
    for (const topic of topics) await store.completed(topic, RUN, { ...complete, days }, signal);
    const items = await store.read(signal);
    assert.ok(topics.every((topic) => items.has(topic)) && !items.has("run"));
  });

  it("throws what is not a condition", async () => {
    const store = progressOf(table.client, "another");
    await assert.rejects(store.completed("orders", RUN, complete, signal), { name: "ResourceNotFoundException" });
  });
});
