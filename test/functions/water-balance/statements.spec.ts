import assert from "node:assert/strict";
import { compare } from "../../../functions/water-balance/compare.ts";
import { insertions, tuple } from "../../../functions/water-balance/statements.ts";
import { openEngine } from "../../../local/athena/engine.ts";
import { parseStatement } from "../../../local/athena/sql/statement.ts";
import { openTables } from "../../../local/tables/duckdb.ts";
import { trinoProblems } from "../../support/trino.ts";
import { NOON, whole } from "./fixtures.ts";

const [balance] = compare({
  days: new Map([["2026-01-10", whole(3, { raw_rows: 5, superseded_rows: 1, repeated: 2 })]]),
  reasons: new Map(),
  lost: new Map([["2026-01-10", { curated: 1, refined: 0 }]]),
});
const ROWS = [
  tuple({ topic: "order-events", balance, note: 'it\'s; "so"\n日本' }, NOON + 1),
  tuple(
    {
      topic: "order-events",
      balance: balance && { ...balance, day: "none", isBalanced: true, missing: 0, restored: 0 },
      note: "",
    },
    NOON,
  ),
  tuple({ topic: "gone", balance: undefined, note: "x".repeat(2000) }, NOON),
];

describe("the statements of the water balance", () => {
  it("add rows to its table, whatever the notes say", async () => {
    const types = ["timestamp", "string", "date", "string", ...Array(7).fill("long"), "string"];
    const names =
      "checked_at topic day status raw_rows raw_ids curated_rows semantic_rows rejected_rows superseded_rows unexplained note";
    const columns = names.split(" ").map((name, n) => ({ name, type: types[n], required: false }));
    const table = { database: "dev_semantic", name: "water_balance", location: "s3://lake/b", columns };
    const tables = await openTables({ databases: ["dev_semantic"], tables: [table] });
    const engine = await openEngine(tables, () => undefined);
    const statements = insertions("dev_semantic", ROWS);
    assert.equal(statements.length, 1);
    for (const sql of statements) {
      assert.deepEqual(await trinoProblems(sql), []);
      const { signal } = new AbortController();
      await engine.run(parseStatement(sql), { database: undefined, signal, onScan: () => {} });
    }
    const rows = await tables.query("SELECT * FROM dev_semantic.water_balance");
    tables.close();
    const none = { raw_rows: null, raw_ids: null, curated_rows: null, semantic_rows: null, rejected_rows: null };
    const counts = { raw_rows: 5, raw_ids: 3, curated_rows: 3, semantic_rows: 3, rejected_rows: 0, superseded_rows: 1 };
    const topic = "order-events";
    const checked_at = "2026-01-10 12:00:00";
    assert.deepEqual(rows, [
      {
        checked_at: `${checked_at}.001`,
        topic,
        day: "2026-01-10",
        status: "unequal",
        ...counts,
        unexplained: 3,
        note: 'it\'s; "so"\n日本',
      },
      { checked_at, topic, day: null, status: "balanced", ...counts, unexplained: 0, note: "" },
      {
        checked_at,
        topic: "gone",
        day: null,
        status: "not_checked",
        ...none,
        superseded_rows: null,
        unexplained: null,
        note: `${"x".repeat(499)}…`,
      },
    ]);
  });

  it("are none for no rows, and each of at most 100 KB", () => {
    assert.deepEqual(insertions("dev_semantic", []), []);
    const statements = insertions(
      "dev_semantic",
      Array.from({ length: 1000 }, () => ROWS[0] ?? ""),
    );
    assert.ok(statements.length > 1);
    for (const sql of statements) assert.ok(Buffer.byteLength(sql) <= 100_000);
    assert.equal(statements.join().split("'order-events'").length - 1, 1000);
  });
});
