import assert from "node:assert/strict";
import type { LakeColumn } from "../../../functions/common/lake-topic.ts";
import { column, DAY_10, type Lake, openLake } from "./lake.ts";
import { GRACE_MINUTES, MARGIN_SECONDS, Refinery, type Run } from "./refinery.ts";

const DAY = 86_400;
const QUARTER = 900;
const COLUMNS = [column("amount", "int", { required: true })];
const GOOD = { payload: '{"amount":1,"note":"n"}' };
const NOW = DAY_10 + DAY / 2;

describe("the refinery, run by run", () => {
  let lake: Lake;
  let refinery: Refinery;
  let now: number;
  beforeEach(async () => {
    lake = await openLake("order-events", COLUMNS);
    refinery = new Refinery(lake);
    now = NOW;
  });
  afterEach(() => lake.close());

  const run = async (columns: readonly LakeColumn[] = COLUMNS): Promise<Run> => {
    const outcome = await refinery.run({ topic: "order-events", columns }, now);
    now += QUARTER;
    return outcome;
  };
  const notes = (outcome: Run) => {
    assert.ok(outcome?.judged.days, JSON.stringify(outcome?.judged.failure));
    return Object.fromEntries(outcome.judged.days.map(({ day, note }) => [day, note]));
  };
  const rows = (table: "curated" | "semantic" | "rejected", select: string) =>
    lake.query(`SELECT ${select} FROM ${lake.names[table]} ORDER BY ALL`);

  it("balances, and skips the topic until there is something new", async () => {
    await lake.ingest(
      { id: "a", ...GOOD, ingested: NOW },
      { id: "a", ...GOOD, ingested: NOW },
      { id: "b", ingested: NOW - DAY },
    );
    const first = await run();
    assert.deepEqual(notes(first), { "2026-01-10": "1 duplicate", "2026-01-09": "1 rejected (1 amount: required)" });
    assert.deepEqual([first?.next?.complete.balanced, first?.next?.rejected, first?.next?.duplicates], [true, 1, 1]);
    assert.equal(await run(), undefined);
    await lake.ingest({ id: "c", ...GOOD, ingested: now - 60 });
    const third = await run();
    assert.deepEqual([third?.next?.complete.balanced, third?.next?.rejected], [true, 0]);
    assert.equal(await run(), undefined);
  });

  for (const table of ["curated", "semantic", "rejected"] as const) {
    const name = table === "curated" ? "from CURATED" : "from SEMANTIC or rejected";
    it(`puts back a young row that somebody removed ${name} (${table}), and says so at once`, async () => {
      await lake.ingest({ id: "a", ...GOOD, ingested: NOW }, { id: "b", ingested: NOW });
      await run();
      const before = await rows(table, "*");
      await lake.run(`DELETE FROM ${lake.names[table]} WHERE message_id = '${table === "rejected" ? "b" : "a"}'`);
      const outcome = await run();
      assert.match(notes(outcome)["2026-01-10"] ?? "", new RegExp(`1 had been removed ${name} and were put back`));
      assert.deepEqual([outcome?.next?.unexplained, outcome?.next?.complete.balanced], [1, false]);
      assert.deepEqual(await rows(table, "*"), before);
      const next = await run();
      assert.deepEqual([next?.next?.unexplained, next?.next?.complete.balanced], [0, true]);
      assert.equal(await run(), undefined);
    });

    it(`names an older row that somebody removed from ${table}, and has it again a run later`, async () => {
      const old = NOW - 3 * DAY;
      await lake.ingest({ id: "a", ...GOOD, ingested: old }, { id: "b", ingested: old });
      await run();
      await lake.run(`DELETE FROM ${lake.names[table]} WHERE message_id = '${table === "rejected" ? "b" : "a"}'`);
      const outcome = await run();
      const says =
        table === "curated" ? /1 missing from CURATED; 1 without the row/ : /1 neither in SEMANTIC nor rejected/;
      assert.match(notes(outcome)["2026-01-07"] ?? "", says);
      // Young still.
      assert.equal(outcome?.next?.unexplained, 0);
      assert.deepEqual(outcome?.next?.complete.repair, ["2026-01-07"]);
      assert.deepEqual((await run())?.next?.complete.balanced, true);
    });
  }

  it("tells of a difference that nothing heals once it outlives the grace period, and no longer than it lasts", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW });
    await run();
    await lake.query(`INSERT INTO ${lake.names.curated} SELECT * REPLACE ('x' AS message_id) FROM ${lake.names.raw}`);
    lake.tables.catalog.existingTable("dev_curated", "order_events").committed();
    const told: unknown[] = [];
    for (let runs = 0; runs <= (GRACE_MINUTES * 60) / QUARTER; runs++) told.push((await run())?.next?.unexplained);
    assert.deepEqual(told, [0, 0, 1]);
    await lake.run(`DELETE FROM ${lake.names.curated} WHERE message_id = 'x'`);
    await lake.run(`DELETE FROM ${lake.names.semantic} WHERE message_id = 'x'`);
    const healed = await run();
    assert.deepEqual([healed?.next?.unexplained, healed?.next?.complete.since], [0, {}]);
  });

  it("takes rows that come late, as long as the margin, and those that nobody timed", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW });
    await run();
    const late = now - QUARTER - MARGIN_SECONDS;
    await lake.ingest(
      { id: "late", ...GOOD, ingested: late, published: NOW - 90 * DAY },
      { id: "none", ...GOOD, ingested: null },
    );
    const outcome = await run();
    assert.equal(outcome?.next?.complete.balanced, true);
    assert.deepEqual((await rows("semantic", "message_id")).length, 3);
  });

  it("does not take rows that came during the run for missing ones", async () => {
    await run();
    await refinery.broken({ topic: "order-events", columns: COLUMNS }, now, [], false);
    await lake.ingest({ id: "a", ...GOOD, ingested: now });
    const { item, next } = (await run()) ?? assert.fail();
    assert.ok(item.from <= now && next?.complete.balanced);
  });

  it("adds a column, and fills it in the rows that are there", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW - 9 * DAY });
    await run();
    const columns = [...COLUMNS, column("note", "string")];
    const outcome = await run(columns);
    assert.equal(outcome?.next?.complete.balanced, true);
    assert.deepEqual(await rows("semantic", "amount, note"), [{ amount: 1, note: "n" }]);
    assert.deepEqual(await lake.run(`SELECT note FROM ${lake.names.current}`), [["n"]]);
    assert.equal(await run(columns), undefined);
  });

  it("keeps a column that is declared no longer, with NULL in new rows", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW });
    await run();
    await lake.ingest({ id: "b", ...GOOD, ingested: NOW });
    assert.equal((await run([]))?.next?.complete.balanced, true);
    assert.deepEqual(await rows("semantic", "message_id, amount"), [
      { message_id: "a", amount: 1 },
      { message_id: "b", amount: null },
    ]);
    // It is filled when it is declared again.
    await run();
    assert.deepEqual(await rows("semantic", "amount"), [{ amount: 1 }, { amount: 1 }]);
  });

  it("takes what was rejected once its columns admit it, however old it is", async () => {
    const large = '{"amount":3000000000}';
    await lake.ingest({ id: "a", payload: large, ingested: NOW - 90 * DAY }, { id: "b", ingested: NOW - 90 * DAY });
    await run();
    assert.deepEqual(await rows("rejected", "message_id"), [{ message_id: "a" }, { message_id: "b" }]);
    const wider = [column("amount", "bigint", { required: true })];
    assert.equal((await run(wider))?.next?.complete.balanced, true);
    assert.deepEqual(await rows("semantic", "message_id, amount"), [{ message_id: "a", amount: 3_000_000_000 }]);
    assert.deepEqual(await rows("rejected", "message_id, reason"), [{ message_id: "b", reason: "amount: required" }]);
  });

  it("leaves rows in SEMANTIC that stricter columns would reject", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW });
    await run();
    await lake.ingest({ id: "b", ...GOOD, ingested: NOW });
    const stricter = [...COLUMNS, column("user_id", "string", { required: true })];
    assert.equal((await run(stricter))?.next?.complete.balanced, true);
    assert.deepEqual(
      [await rows("semantic", "message_id"), await rows("rejected", "message_id")],
      [[{ message_id: "a" }], [{ message_id: "b" }]],
    );
  });

  it("changes nothing of a topic whose type cannot be changed", async () => {
    await lake.ingest({ id: "a", ...GOOD, ingested: NOW });
    await run();
    await lake.ingest({ id: "b", ...GOOD, ingested: NOW });
    const outcome = await run([column("amount", "date")]);
    assert.equal(outcome?.judged.failure?.step, "plan");
    assert.match(outcome?.judged.failure?.error ?? "", /amount is int .* date/);
    assert.deepEqual(await rows("curated", "message_id"), [{ message_id: "a" }]);
    assert.equal((await run())?.next?.complete.balanced, true);
  });
});
