import assert from "node:assert/strict";
import { COUNT_KEYS, COUNTED, type CountOptions, count } from "../../../../functions/refinery-plan/sql/count.ts";
import { curate, refine, reject } from "../../../../functions/refinery-plan/sql/merge.ts";
import { EVERYTHING } from "../../../../functions/refinery-plan/sql/window.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { column, DAY_10, type Lake, openLake } from "../lake.ts";

const DAY = 86_400;
const COLUMNS = [column("amount", "int", { required: true })];
const GOOD = '{"amount":1}';
const OPTIONS: CountOptions = {
  window: { from: DAY_10 - 6 * DAY, repair: [] },
  before: DAY_10 + DAY,
  youngFrom: DAY_10 + DAY,
};

describe("the count", () => {
  let lake: Lake;
  beforeEach(async () => {
    lake = await openLake("order-events", COLUMNS);
  });
  afterEach(() => lake.close());

  async function merge(): Promise<void> {
    const topic = { topic: "order-events", columns: COLUMNS };
    const options = { window: EVERYTHING };
    await lake.run(curate(lake.names, options));
    await lake.run(refine(lake.names, topic, options));
    await lake.run(reject(lake.names, topic, options));
  }

  /** The counts that are not zero, by day or reason. */
  async function counted(options: Partial<CountOptions> = {}): Promise<Record<string, Record<string, number>>> {
    const rows = await lake.run(count(lake.names, { ...OPTIONS, ...options }));
    const answer = rows.map(([kind, name, ...values]) => {
      const all = COUNTED.map((counted, n): [string, number] => [counted, Number(values[n])]);
      assert.ok(all.every(([, value]) => Number.isInteger(value)));
      return [kind === "day" ? `${name}` : `${kind} ${name}`, Object.fromEntries(all.filter(([, value]) => value > 0))];
    });
    assert.equal(new Set(answer.map(([name]) => name)).size, answer.length);
    return Object.fromEntries(answer);
  }

  it("has a row where there is nothing, so that no answer is none", async () => {
    assert.deepEqual(await counted(), { "2026-01-10": {} });
  });

  it("counts messages in all layers, and names what differs", async () => {
    await lake.ingest(
      { id: "a", payload: GOOD },
      { id: "a", payload: GOOD, ingested: DAY_10 + 5 },
      { id: "b", payload: GOOD, key: "k", published: DAY_10 },
      { id: "c", payload: GOOD, key: "k", published: DAY_10 + 1 },
      { id: "d" },
      { id: "e", payload: '{"amount":"x"}' },
      { id: "f" },
      { id: "none", payload: GOOD, ingested: null },
    );
    await merge();
    assert.deepEqual(await counted(), {
      none: { raw_rows: 1, raw_ids: 1, curated_rows: 1, semantic_rows: 1 },
      "2026-01-10": {
        raw_rows: 7,
        raw_ids: 6,
        curated_rows: 6,
        semantic_rows: 3,
        rejected_rows: 3,
        superseded_rows: 1,
      },
      "reason 2026-01-10 amount: required": { raw_rows: 2 },
      "reason 2026-01-10 amount: not of type int": { raw_rows: 1 },
    });
  });

  it("counts a copy on the day on which the message came first", async () => {
    await lake.ingest(
      { id: "a", payload: GOOD, ingested: DAY_10 - 3 * DAY },
      { id: "old", payload: GOOD, ingested: DAY_10 - 9 * DAY },
    );
    await merge();
    await lake.ingest({ id: "a", payload: GOOD }, { id: "old", payload: GOOD });
    await merge();
    assert.deepEqual(await counted(), {
      "2026-01-07": { raw_rows: 2, raw_ids: 1, curated_rows: 1, semantic_rows: 1 },
      "2026-01-10": {},
    });
  });

  it("leaves what came since the run began to the next one", async () => {
    await lake.ingest({ id: "a", ingested: DAY_10 + 10 }, { id: "b", ingested: DAY_10 + 11 });
    assert.deepEqual(await counted({ before: DAY_10 + 11 }), {
      "2026-01-10": { raw_rows: 1, raw_ids: 1, not_curated: 1 },
    });
  });

  it("tells messages that may have come during the run from those that are missing", async () => {
    await lake.ingest(
      { id: "a", ingested: DAY_10 + 10 },
      { id: "b", ingested: DAY_10 + 20 },
      { id: "c", ingested: DAY_10 + 21 },
    );
    assert.deepEqual(await counted({ youngFrom: DAY_10 + 20 }), {
      "2026-01-10": { raw_rows: 3, raw_ids: 3, not_curated: 3, young: 2 },
    });
  });

  it("counts the days to repair besides, and no others", async () => {
    await lake.ingest({ id: "a", ingested: DAY_10 - 20 * DAY }, { id: "b", ingested: DAY_10 - 21 * DAY });
    assert.deepEqual(await counted({ window: { ...OPTIONS.window, repair: ["2025-12-21"] } }), {
      "2025-12-21": { raw_rows: 1, raw_ids: 1, not_curated: 1 },
      "2026-01-10": {},
    });
  });

  it("does not let a missing row and a surplus one cancel out", async () => {
    await lake.ingest({ id: "a", payload: GOOD }, { id: "b", payload: GOOD }, { id: "c" }, { id: "d" });
    await merge();
    await lake.query(`UPDATE ${lake.names.curated} SET message_id = 'x' WHERE message_id = 'a'`);
    await lake.query(`UPDATE ${lake.names.semantic} SET message_id = 'y' WHERE message_id = 'b'`);
    await lake.query(`UPDATE ${lake.names.rejected} SET message_id = 'z' WHERE message_id = 'c'`);
    const { "2026-01-10": day } = await counted();
    assert.deepEqual(day, {
      raw_rows: 4,
      raw_ids: 4,
      curated_rows: 4,
      semantic_rows: 2,
      rejected_rows: 2,
      not_curated: 1,
      // x, b and c.
      not_refined: 3,
      // x has no row in RAW; a, y and z none in CURATED.
      unfounded: 4,
    });
  });

  it("counts what is in a layer twice", async () => {
    await lake.ingest(
      { id: "a", payload: GOOD },
      { id: "b", payload: GOOD },
      { id: "c", payload: GOOD },
      { id: "d", payload: GOOD },
    );
    await merge();
    await lake.query(`INSERT INTO ${lake.names.curated} SELECT * FROM ${lake.names.curated} WHERE message_id = 'a'`);
    await lake.query(`INSERT INTO ${lake.names.semantic} SELECT * FROM ${lake.names.semantic} WHERE message_id = 'b'`);
    await lake.query(
      `INSERT INTO ${lake.names.rejected} SELECT *, 'why' FROM ${lake.names.curated} WHERE message_id = 'c'`,
    );
    assert.equal((await counted())["2026-01-10"]?.repeated, 3);
  });

  it("counts a row without an id as missing, since CURATED cannot have it", async () => {
    await lake.ingest({ id: null }, { id: "a", payload: GOOD });
    await merge();
    assert.equal((await counted())["2026-01-10"]?.not_curated, 1);
  });

  it("with bounded deduplication takes no copy that is late enough for one too many", async () => {
    for (const ingested of [DAY_10 - 3 * DAY, DAY_10 - DAY]) {
      await lake.ingest({ id: "a", payload: GOOD, ingested });
      await lake.query(
        `INSERT INTO ${lake.names.curated} SELECT * FROM ${lake.names.raw} WHERE ingestion_ts = ${ingested}`,
      );
    }
    const bound = (days: number) => ({ knownSince: DAY_10 - 30 * DAY, deduplicationSeconds: days * DAY });
    assert.equal((await counted(bound(1)))["2026-01-07"]?.repeated, undefined);
    assert.equal((await counted(bound(3)))["2026-01-07"]?.repeated, 1);
    assert.equal((await counted())["2026-01-07"]?.repeated, 1);
  });

  it("keeps the answer small, whatever the reasons are", async () => {
    await lake.ingest(...Array.from({ length: 80 }, (_, n) => ({ id: `${n}` })));
    await lake.run(curate(lake.names, { window: EVERYTHING }));
    const reason = "CASE WHEN message_id < '2' THEN 'often' ELSE message_id || repeat('x', 1000) END";
    await lake.query(`INSERT INTO ${lake.names.rejected} SELECT *, ${reason} FROM ${lake.names.curated}`);
    await lake.query(`UPDATE ${lake.names.rejected} SET reason = NULL WHERE message_id = '3'`);
    const rows = await lake.run(count(lake.names, OPTIONS));
    const reasons = rows.filter(([kind]) => kind === "reason");
    assert.equal(reasons.length, 50);
    assert.ok(reasons.some(([, name, times]) => name === "2026-01-10 often" && times === "12"));
    assert.ok(reasons.every(([, name = ""]) => (name?.length ?? 0) <= 211));
  });

  it("is Trino's SQL, with the columns that it says", async () => {
    const bounded = { knownSince: 1, deduplicationSeconds: DAY, window: { from: DAY_10, repair: ["2026-01-02"] } };
    for (const options of [OPTIONS, { ...OPTIONS, ...bounded }]) {
      assert.deepEqual(await trinoProblems(count(lake.names, options)), []);
    }
    const [row] = await lake
      .query(`DESCRIBE ${count(lake.names, OPTIONS)}`)
      .then((rows) => [rows.map((one) => one.column_name)]);
    assert.deepEqual(row, [...COUNT_KEYS, ...COUNTED]);
  });
});
