import assert from "node:assert/strict";
import type { Intercept } from "../../../local/athena/engine.ts";
import { commitConflict } from "../../../local/athena/query-failure.ts";
import { trinoProblems } from "../../support/trino.ts";
import { type Lake, openLake } from "./fixtures.ts";

const raw = (id: string, ingested: number, payload: unknown = {}) => ({
  message_id: id,
  publish_time: 1_767_225_600_000_000,
  ingestion_ts: ingested,
  json_payload: JSON.stringify(payload),
});

const CURATE = `MERGE INTO "curated"."orders" AS target
USING (
  SELECT message_id, publish_time, ingestion_ts, json_payload
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY ingestion_ts NULLS LAST) AS place FROM "raw"."orders"
  ) AS candidates
  WHERE place = 1
) AS source
ON target.message_id = source.message_id
WHEN NOT MATCHED THEN INSERT (message_id, publish_time, ingestion_ts, json_payload)
VALUES (source.message_id, source.publish_time, source.ingestion_ts, source.json_payload)`;

describe("statements of Athena's", () => {
  let lake: Lake;
  let intercept: Intercept;

  beforeEach(async () => {
    intercept = () => undefined;
    lake = await openLake({ intercept: (commit) => intercept(commit) });
  });

  afterEach(() => lake.close());

  const succeeds = async (sql: string, updateCount?: number) => {
    assert.deepEqual(await trinoProblems(sql), []);
    const { state, reason, updateCount: counted, rows } = await lake.run(sql);
    assert.equal(state, "SUCCEEDED", reason);
    if (updateCount !== undefined) assert.equal(counted, updateCount);
    return rows;
  };
  const fails = async (sql: string, code: string) => {
    const { state, reason = "" } = await lake.run(sql);
    assert.equal(state, "FAILED");
    assert.ok(reason.startsWith(`${code}: `), reason);
    return reason;
  };
  const version = (database = "semantic") => lake.tables.catalog.existingTable(database, "orders").version;

  it("merge what is new, once, however often they run", async () => {
    await lake.ingest(raw("m-1", 1), raw("m-2", 2), raw("m-2", 3));
    await succeeds(CURATE, 2);
    await succeeds(CURATE, 0);
    await lake.ingest(raw("m-1", 4), raw("m-3", 5));
    await succeeds(CURATE, 1);
    const rows = await lake.rows("SELECT message_id, ingestion_ts FROM curated.orders ORDER BY message_id");
    assert.deepEqual(rows, [
      ["m-1", "1"],
      ["m-2", "2"],
      ["m-3", "5"],
    ]);
    // One commit for each that changed something.
    assert.equal(version("curated"), 2);
    assert.equal(version("raw"), 2);
  });

  it("insert, update and delete, and count the rows", async () => {
    await succeeds(
      "INSERT INTO semantic.orders (message_id, quantity) VALUES ('m-1', 1), ('m-2', NULL), ('m-3', 3)",
      3,
    );
    await succeeds("INSERT INTO semantic.orders (message_id, day) SELECT 'm-4', CAST('2026-01-02' AS date)", 1);
    await succeeds("UPDATE semantic.orders SET quantity = coalesce(quantity, 0) + 1 WHERE message_id <> 'm-4'", 3);
    await succeeds("DELETE FROM semantic.orders WHERE quantity = 2", 1);
    const rows = await lake.rows("SELECT message_id, quantity, day FROM semantic.orders ORDER BY message_id");
    assert.deepEqual(rows, [
      ["m-2", "1", null],
      ["m-3", "4", null],
      ["m-4", null, "2026-01-02"],
    ]);
    assert.equal(version(), 4);
    await succeeds("DELETE FROM semantic.orders WHERE message_id = 'nobody'", 0);
    assert.equal(version(), 4);
  });

  it("merge with every kind of clause, the first that fits", async () => {
    await succeeds("INSERT INTO semantic.orders (message_id, quantity) VALUES ('a', 1), ('b', 2), ('c', 3)", 3);
    const merge = `MERGE INTO semantic.orders t
      USING (VALUES ('a', 0), ('b', 20), ('c', 30), ('d', 40), ('e', 0)) AS s (id, quantity) ON t.message_id = s.id
      WHEN MATCHED AND s.quantity = 0 THEN DELETE
      WHEN MATCHED AND t.quantity < 3 THEN UPDATE SET quantity = s.quantity + t.quantity
      WHEN NOT MATCHED AND s.quantity > 0 THEN INSERT (message_id, quantity) VALUES (s.id, s.quantity)`;
    await succeeds(merge, 3);
    assert.deepEqual(await lake.rows("SELECT message_id, quantity FROM semantic.orders ORDER BY 1"), [
      ["b", "22"],
      ["c", "3"],
      ["d", "40"],
    ]);
  });

  describe("fail as Trino does, where one row matches several of the source", () => {
    const source = "(VALUES ('a', 1), ('a', 2)) AS s (id, n)";
    beforeEach(() => succeeds("INSERT INTO semantic.orders (message_id, quantity) VALUES ('a', 0)", 1));

    for (const clause of [
      "WHEN MATCHED THEN UPDATE SET quantity = s.n",
      "WHEN MATCHED THEN DELETE",
      // No clause takes the two matches, and that alike.
      "WHEN NOT MATCHED THEN INSERT (message_id) VALUES (s.id)",
      "WHEN MATCHED AND s.n > 9 THEN DELETE",
    ]) {
      it(clause, async () => {
        const merge = `MERGE INTO semantic.orders USING ${source} ON orders.message_id = s.id ${clause}`;
        await fails(merge, "MERGE_TARGET_ROW_MULTIPLE_MATCHES");
        assert.deepEqual(await lake.rows("SELECT message_id, quantity FROM semantic.orders"), [["a", "0"]]);
        assert.equal(version(), 1);
      });
    }

    it("but not where different clauses take them", async () => {
      const clauses = "WHEN MATCHED AND s.n = 1 THEN UPDATE SET quantity = s.n";
      const merge = `MERGE INTO semantic.orders t USING ${source} ON t.message_id = s.id ${clauses}`;
      await succeeds(merge, 1);
    });

    it("and several rows of the table may match one of the source", async () => {
      await succeeds("INSERT INTO semantic.orders (message_id, quantity) VALUES ('a', 5)", 1);
      const once = "(VALUES ('a', 7)) AS s (id, n)";
      const clause = "WHEN MATCHED THEN UPDATE SET quantity = s.n";
      await succeeds(`MERGE INTO semantic.orders t USING ${once} ON t.message_id = s.id ${clause}`, 2);
    });
  });

  describe("ask for the casts that Trino asks for", () => {
    const mismatches = [
      "INSERT INTO semantic.orders (message_id, quantity) VALUES ('a', '1')",
      "INSERT INTO semantic.orders (message_id, quantity) SELECT 'a', count(*) FROM raw.orders",
      "INSERT INTO semantic.orders (message_id, amount) SELECT 'a', sum(amount) FROM semantic.orders",
      "INSERT INTO semantic.orders (message_id, amount) VALUES ('a', 1.5E0)",
      "INSERT INTO semantic.orders (message_id, opened) SELECT 'a', from_unixtime(0)",
      "INSERT INTO semantic.orders (message_id, day) VALUES ('a', '2026-01-02')",
      "INSERT INTO semantic.orders SELECT 'a'",
      "UPDATE semantic.orders SET day = TIMESTAMP '2026-01-02 00:00:00'",
      "MERGE INTO semantic.orders t USING raw.orders s ON t.message_id = s.message_id WHEN MATCHED THEN UPDATE SET quantity = s.ingestion_ts",
      "MERGE INTO semantic.orders t USING raw.orders s ON t.message_id = s.message_id WHEN NOT MATCHED THEN INSERT (message_id, quantity) VALUES (s.message_id, s.json_payload)",
    ];
    for (const sql of mismatches) {
      it(sql, () => fails(sql, "TYPE_MISMATCH"));
    }

    it("and for no other", async () => {
      await succeeds(
        `INSERT INTO semantic.orders (message_id, amount, quantity, opened, paid)
         VALUES ('a', 1, NULL, DATE '2026-01-02', TRUE), ('b', CAST('1.5' AS decimal(9,2)), 2, NULL, NULL)`,
        2,
      );
      assert.deepEqual(await lake.rows("SELECT amount, opened FROM semantic.orders ORDER BY message_id"), [
        ["1.00", "2026-01-02 00:00:00.000000"],
        ["1.50", null],
      ]);
    });
  });

  describe("fail by Trino's names", () => {
    const failures = [
      ["SELECT * FROM nowhere.orders", "SCHEMA_NOT_FOUND"],
      ["SELECT * FROM raw.nothing", "TABLE_NOT_FOUND"],
      ["SELECT * FROM othercatalog.raw.orders", "TABLE_NOT_FOUND"],
      ["SELECT nothing FROM raw.orders", "COLUMN_NOT_FOUND"],
      ["SELECT o.nothing FROM raw.orders AS o", "COLUMN_NOT_FOUND"],
      [
        "SELECT message_id FROM raw.orders AS a JOIN curated.orders AS b ON a.message_id = b.message_id",
        "AMBIGUOUS_NAME",
      ],
      ["SELECT message_id, count(*) FROM raw.orders", "EXPRESSION_NOT_AGGREGATE"],
      ["SELECT sum(message_id) FROM raw.orders", "FUNCTION_NOT_FOUND"],
      ["INSERT INTO nowhere.orders SELECT 1 AS a", "SCHEMA_NOT_FOUND"],
      ["INSERT INTO raw.nothing SELECT 1 AS a", "TABLE_NOT_FOUND"],
      ["INSERT INTO semantic.orders (nothing) VALUES (1)", "COLUMN_NOT_FOUND"],
      ["INSERT INTO semantic.orders (quantity) VALUES (1)", "CONSTRAINT_VIOLATION"],
      ["INSERT INTO orders SELECT 1 AS a", "MISSING_SCHEMA_NAME"],
    ] as const;
    for (const [sql, code] of failures) {
      it(`${code}: ${sql}`, () => fails(sql, code));
    }
  });

  it("have no effect when they fail half way", async () => {
    await lake.ingest(raw("a", 1, { n: "1" }), raw("b", 2, { n: "two" }));
    const insert = `INSERT INTO semantic.orders (message_id, quantity)
      SELECT message_id, CAST(json_extract_scalar(json_payload, '$.n') AS integer) FROM raw.orders`;
    await fails(insert, "INVALID_CAST_ARGUMENT");
    assert.deepEqual(await lake.rows("SELECT count(*) FROM semantic.orders"), [["0"]]);
    assert.equal(version(), 0);
  });

  it("have no effect when their commit is refused, and can be repeated", async () => {
    await lake.ingest(raw("m-1", 1));
    const seen: unknown[] = [];
    intercept = (commit) => {
      seen.push(commit);
      return seen.length === 1 ? commitConflict(commit.database, commit.table) : undefined;
    };
    const reason = await fails(CURATE, "ICEBERG_COMMIT_ERROR");
    assert.equal(reason, "ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: curated.orders");
    assert.deepEqual(seen, [{ sql: CURATE, database: "curated", table: "orders" }]);
    assert.deepEqual(await lake.rows("SELECT count(*) FROM curated.orders"), [["0"]]);
    await succeeds(CURATE, 1);
  });

  it("run at the same time, on one table one after the other", async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `m-${n % 5}`);
    const merges = ids.map((id) =>
      lake.run(`MERGE INTO semantic.orders t USING (SELECT '${id}' AS id) AS s ON t.message_id = s.id
        WHEN MATCHED THEN UPDATE SET quantity = t.quantity + 1
        WHEN NOT MATCHED THEN INSERT (message_id, quantity) VALUES (s.id, 1)`),
    );
    const states = (await Promise.all(merges)).map(({ state }) => state);
    assert.deepEqual(new Set(states), new Set(["SUCCEEDED"]));
    assert.deepEqual(
      await lake.rows("SELECT message_id, quantity FROM semantic.orders ORDER BY 1"),
      Array.from({ length: 5 }, (_, n) => [`m-${n}`, "4"]),
    );
  });

  it("find names in every case, with the catalog and with the query's database", async () => {
    await lake.ingest(raw("m-1", 1));
    assert.deepEqual(await lake.rows(`SELECT Message_Id FROM "AwsDataCatalog"."RAW"."Orders"`), [["m-1"]]);
    const { rows } = await lake.run("SELECT message_id FROM orders", { QueryExecutionContext: { Database: "Raw" } });
    assert.deepEqual(rows, [["message_id"], ["m-1"]]);
    const elsewhere = await lake.run("SELECT 1", { QueryExecutionContext: { Database: "gold" } });
    assert.equal(elsewhere.reason, "SCHEMA_NOT_FOUND: Schema 'gold' does not exist");
  });

  it("name what has no name by its position", async () => {
    const rows = await succeeds("SELECT count(*), 'x', message_id AS id FROM raw.orders GROUP BY message_id");
    assert.deepEqual(rows, [["_col0", "_col1", "id"]]);
  });
});
