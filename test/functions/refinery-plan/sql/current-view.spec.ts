import assert from "node:assert/strict";
import { currentView } from "../../../../functions/refinery-plan/sql/current-view.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { column, DAY_10, type Lake, openLake } from "../lake.ts";

describe("the view of current rows", () => {
  let lake: Lake;
  beforeEach(async () => {
    lake = await openLake("order-events", [column("place", "string")]);
  });
  afterEach(() => lake.close());

  async function view(
    rows: readonly (readonly [id: string, key: string | null, published: number | null, ingested: number])[],
  ) {
    const sql = currentView(lake.names.current, lake.names.semantic, ["message_id", "idempotency_key", "place"]);
    assert.deepEqual(await trinoProblems(sql), []);
    await lake.run(sql);
    for (const [id, key, published, ingested] of rows) {
      const time = published === null ? "NULL" : `make_timestamp(${published * 1_000_000})`;
      const values = `'${id}', ${key === null ? "NULL" : `'${key}'`}, ${time}, ${ingested}, 'here'`;
      const columns = "message_id, idempotency_key, publish_time, ingestion_ts, place";
      await lake.query(`INSERT INTO ${lake.names.semantic} (${columns}) VALUES (${values})`);
    }
    return (await lake.run(`SELECT message_id FROM ${lake.names.current} ORDER BY message_id`)).flat();
  }

  it("keeps the last row of a key by publish_time, then ingestion, then id", async () => {
    const current = await view([
      ["a1", "a", DAY_10 + 2, 1],
      ["a2", "a", DAY_10 + 1, 9],
      ["b1", "b", DAY_10, 2],
      ["b2", "b", DAY_10, 1],
      ["c1", "c", DAY_10, 1],
      ["c2", "c", DAY_10, 1],
      ["d1", "d", null, 99],
      ["d2", "d", 0, 1],
    ]);
    assert.deepEqual(current, ["a1", "b1", "c2", "d2"]);
  });

  it("keeps every row without a key, and takes no id for a key", async () => {
    const current = await view([
      ["x", null, DAY_10, 1],
      ["y", null, DAY_10, 1],
      ["y", null, DAY_10, 1],
      ["z", "x", DAY_10 + 1, 1],
      ["empty", "", DAY_10, 1],
    ]);
    assert.deepEqual(current, ["empty", "x", "y", "y", "z"]);
  });

  it("can be made again, with a declared column of any name", async () => {
    await view([]);
    const [row] = await lake.query(`SELECT count(*) AS rows FROM ${lake.names.semantic}`);
    assert.deepEqual([row, await view([["a", "k", DAY_10, 1]])], [{ rows: 0 }, ["a"]]);
    assert.deepEqual(await lake.run(`SELECT place FROM ${lake.names.current}`), [["here"]]);
  });
});
