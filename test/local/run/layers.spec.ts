import assert from "node:assert/strict";
import { curate, refine, reject } from "../../../functions/refinery-plan/sql/merge.ts";
import { EVERYTHING } from "../../../functions/refinery-plan/sql/window.ts";
import { type Layers, layers, totalOf } from "../../../local/run/layers.ts";
import type { StackOutputs } from "../../../local/run/outputs.ts";
import { column, type Lake, openLake } from "../../functions/refinery-plan/lake.ts";

const COLUMNS = [column("amount", "int", { required: true })];
const GOOD = { payload: '{"amount":1}' };
const WHOLE = { rawRows: 5, curated: 4, semantic: 3, rejected: 1, duplicates: 1, superseded: 1, wrong: 0 };

describe("the layers of a topic's tables", () => {
  let lake: Lake;

  before(async () => {
    lake = await openLake("orders", COLUMNS);
    await lake.ingest(
      { id: "a", ...GOOD },
      { id: "a", ...GOOD },
      { id: "version 1", key: "k", ...GOOD },
      { id: "version 2", key: "k", ...GOOD },
      { id: "bad" },
    );
    const topic = { topic: "orders", columns: COLUMNS };
    const window = { window: EVERYTHING };
    for (const sql of [
      curate(lake.names, window),
      refine(lake.names, topic, window),
      reject(lake.names, topic, window),
    ])
      await lake.run(sql);
  });
  after(() => lake.close());

  async function counted(): Promise<Layers> {
    const of = (table: string) => new Map([["orders", table]]);
    const { raw, curated, semantic, rejected } = lake.names;
    const outputs = {
      rawTables: of(raw),
      curatedTables: of(curated),
      semanticTables: of(semantic),
      rejectedTables: of(rejected),
    };
    const found = (await layers(lake, outputs as unknown as StackOutputs)).get("orders");
    assert.ok(found);
    return found;
  }

  it("are counted by message, each difference by its name", async () => {
    assert.deepEqual(await counted(), { ...WHOLE, reasons: { "amount: required": 1 } });
  });

  const damages: [title: string, damage: (names: Lake["names"]) => string, wrong: number][] = [
    ["is gone from CURATED", ({ curated }) => `DELETE FROM ${curated} WHERE message_id = 'a'`, 1],
    ["is gone from SEMANTIC", ({ semantic }) => `DELETE FROM ${semantic} WHERE message_id = 'a'`, 1],
    ["is no longer rejected", ({ rejected }) => `DELETE FROM ${rejected}`, 1],
    ["was never in RAW", ({ raw }) => `DELETE FROM ${raw} WHERE message_id = 'a'`, 1],
    [
      "is in CURATED twice",
      ({ curated, raw }) => `INSERT INTO ${curated} SELECT * FROM ${raw} WHERE message_id = 'bad'`,
      1,
    ],
    [
      "was exchanged for another, so that the sums agree",
      ({ curated }) => `UPDATE ${curated} SET message_id = 'x' WHERE message_id = 'a'`,
      2,
    ],
  ];
  for (const [title, damage, wrong] of damages) {
    it(`show a message that ${title}`, async () => {
      await snapshot(lake);
      try {
        await lake.query(damage(lake.names));
        assert.equal((await counted()).wrong, wrong);
      } finally {
        await restore(lake);
      }
      assert.equal((await counted()).wrong, 0);
    });
  }

  it("are added up over topics, reasons too", () => {
    const reasons = { "amount: required": 2 };
    assert.deepEqual(
      totalOf([
        { ...WHOLE, reasons },
        { ...WHOLE, reasons: { ...reasons, "other: required": 1 } },
      ]),
      {
        rawRows: 10,
        curated: 8,
        semantic: 6,
        rejected: 2,
        duplicates: 2,
        superseded: 2,
        wrong: 0,
        reasons: { "amount: required": 4, "other: required": 1 },
      },
    );
    assert.deepEqual(totalOf([]).reasons, {});
  });
});

const COPIED = ["raw", "curated", "semantic", "rejected"] as const;

async function snapshot({ names, query }: Lake): Promise<void> {
  for (const table of COPIED) await query(`CREATE OR REPLACE TABLE copy_of_${table} AS SELECT * FROM ${names[table]}`);
}

async function restore({ names, query }: Lake): Promise<void> {
  for (const table of COPIED) {
    await query(`DELETE FROM ${names[table]}`);
    await query(`INSERT INTO ${names[table]} SELECT * FROM copy_of_${table}`);
  }
}
