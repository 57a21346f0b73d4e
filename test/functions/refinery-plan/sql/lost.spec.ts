import assert from "node:assert/strict";
import { lost } from "../../../../functions/refinery-plan/sql/lost.ts";
import { curate, refine, reject } from "../../../../functions/refinery-plan/sql/merge.ts";
import { EVERYTHING } from "../../../../functions/refinery-plan/sql/window.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { column, DAY_10, type Lake, openLake } from "../lake.ts";

const DAY = 86_400;
const COLUMNS = [column("amount", "int", { required: true })];
const OPTIONS = { window: { from: DAY_10 - 6 * DAY, repair: [] }, before: DAY_10 + 100, now: DAY_10 + 200 };

describe("the look for lost rows", () => {
  let lake: Lake;
  beforeEach(async () => {
    lake = await openLake("order-events", COLUMNS);
    const good = { payload: '{"amount":1}' };
    await lake.ingest(
      { id: "a", ...good },
      { id: "b", ...good },
      { id: "bad" },
      { id: "old", ...good, ingested: DAY_10 - DAY },
    );
    const options = { window: EVERYTHING };
    const topic = { topic: "order-events", columns: COLUMNS };
    await lake.run(curate(lake.names, options));
    await lake.run(refine(lake.names, topic, options));
    await lake.run(reject(lake.names, topic, options));
  });
  afterEach(() => lake.close());

  const look = async (options = OPTIONS) => (await lake.run(lost(lake.names, options))).toSorted();

  it("finds none where nobody removed any, and says so with a row", async () => {
    assert.deepEqual(await look(), [
      ["2026-01-09", "0", "0"],
      ["2026-01-10", "0", "0"],
    ]);
    assert.deepEqual(await look({ ...OPTIONS, window: { from: DAY_10 + DAY, repair: [] } }), [
      ["2026-01-10", "0", "0"],
    ]);
  });

  it("finds rows that were removed from each table, by the day on which they came", async () => {
    await lake.run(`DELETE FROM ${lake.names.curated} WHERE message_id IN ('a', 'old')`);
    await lake.run(`DELETE FROM ${lake.names.semantic} WHERE message_id = 'b'`);
    await lake.run(`DELETE FROM ${lake.names.rejected}`);
    assert.deepEqual(await look(), [
      ["2026-01-09", "1", "0"],
      ["2026-01-10", "1", "2"],
    ]);
  });

  it("takes no row that came after the last complete run for one that was lost", async () => {
    await lake.run(`DELETE FROM ${lake.names.semantic}`);
    assert.deepEqual(await look({ ...OPTIONS, before: DAY_10 }), [
      ["2026-01-09", "0", "1"],
      ["2026-01-10", "0", "0"],
    ]);
  });

  it("is Trino's SQL", async () => {
    assert.deepEqual(await trinoProblems(lost(lake.names, OPTIONS)), []);
  });
});
