import assert from "node:assert/strict";
import { parseStatement } from "../../../../local/athena/sql/statement.ts";
import { hiveProblems, trinoProblems } from "../../../support/trino.ts";

const table = { database: "semantic", name: "orders" };

describe("parseStatement", () => {
  it("reads an INSERT of values and of a query", async () => {
    const values = `INSERT INTO "AwsDataCatalog"."Semantic"."Orders" ("a", B) VALUES (1, 'x'), (2, 'y');`;
    const statement = parseStatement(values);
    assert.ok(statement.kind === "INSERT");
    assert.deepEqual(statement.table, table);
    assert.deepEqual(statement.assignments, [{ columns: ["a", "b"], query: "VALUES (1, 'x'), (2, 'y')" }]);
    assert.equal(statement.sql, values.slice(0, -1));

    const query = "INSERT INTO orders WITH x AS (SELECT 1 AS n) SELECT n FROM x";
    assert.deepEqual(await trinoProblems(query), []);
    const other = parseStatement(query);
    assert.ok(other.kind === "INSERT");
    assert.deepEqual(other.table, { database: undefined, name: "orders" });
    assert.deepEqual(other.assignments, [{ columns: undefined, query: "WITH x AS (SELECT 1 AS n) SELECT n FROM x" }]);
  });

  it("reads an UPDATE with the query of its values", async () => {
    const sql = "UPDATE semantic.orders SET a = (SELECT max(x) FROM u WHERE x > 1), b = b + 1 WHERE a = 2";
    assert.deepEqual(await trinoProblems(sql), []);
    const statement = parseStatement(sql);
    assert.ok(statement.kind === "UPDATE");
    assert.deepEqual(statement.table, table);
    assert.deepEqual(statement.assignments, [
      { columns: ["a", "b"], query: "SELECT (SELECT max(x) FROM u WHERE x > 1), b + 1 FROM semantic.orders" },
    ]);
  });

  it("reads a DELETE", () => {
    const statement = parseStatement("DELETE FROM semantic.orders WHERE a = 1");
    assert.ok(statement.kind === "DELETE");
    assert.deepEqual(statement.table, table);
  });

  it("reads a MERGE with all its clauses", async () => {
    const sql = `MERGE INTO semantic.orders AS t USING (SELECT 1 AS id, 'x' AS v) AS s ON t.id = s.id
      WHEN MATCHED AND s.v = CASE WHEN t.a THEN 'x' ELSE 'y' END THEN DELETE
      WHEN MATCHED THEN UPDATE SET v = s.v, n = coalesce(t.n, 1)
      WHEN NOT MATCHED AND s.v IS NOT NULL THEN INSERT ("id", v) VALUES (s.id, s.v)`;
    assert.deepEqual(await trinoProblems(sql), []);
    const statement = parseStatement(sql);
    assert.ok(statement.kind === "MERGE");
    const source = "(SELECT 1 AS id, 'x' AS v) AS s";
    const joined = `semantic.orders AS t JOIN ${source} ON t.id = s.id`;
    assert.deepEqual(statement.table, table);
    assert.deepEqual(statement.assignments, [
      { columns: ["v", "n"], query: `SELECT s.v, coalesce(t.n, 1) FROM ${joined}` },
      { columns: ["id", "v"], query: `SELECT s.id, s.v FROM ${source}` },
    ]);
    const taker = "CASE WHEN s.v = CASE WHEN t.a THEN 'x' ELSE 'y' END THEN 0 WHEN TRUE THEN 1 ELSE -1 END";
    assert.ok(statement.merge.ambiguous.includes(`SELECT t.rowid AS matched, ${taker} AS taker FROM ${joined}`));
  });

  it("reads views that are created, replaced and dropped", async () => {
    for (const [sql, replaces] of [
      ["CREATE VIEW semantic.last AS SELECT 1 AS one", false],
      [`CREATE OR REPLACE VIEW "semantic"."LAST" AS WITH x AS (SELECT 1 AS one) SELECT one FROM x`, true],
    ] as const) {
      assert.deepEqual(await trinoProblems(sql), []);
      const statement = parseStatement(sql);
      assert.ok(statement.kind === "CREATE_VIEW");
      assert.deepEqual(statement.view, { database: "semantic", name: "last" });
      assert.equal(statement.replaces, replaces);
      assert.equal(statement.body, sql.slice(sql.indexOf(" AS ") + 4));
    }
    const dropped = parseStatement("DROP VIEW IF EXISTS semantic.last");
    assert.ok(dropped.kind === "DROP_VIEW");
    assert.equal(dropped.ifExists, true);
  });

  it("reads columns that are added and changed in Hive's DDL", async () => {
    const add = "ALTER TABLE `semantic`.`orders` ADD COLUMNS (`user_id` string, amount decimal(18, 2))";
    assert.deepEqual(await hiveProblems(add), []);
    const added = parseStatement(add);
    assert.ok(added.kind === "ALTER_TABLE");
    assert.deepEqual(added.table, table);
    assert.deepEqual(added.change, {
      kind: "ADD_COLUMNS",
      columns: [
        { name: "user_id", type: "string" },
        { name: "amount", type: "decimal(18,2)" },
      ],
    });
    const change = "ALTER TABLE semantic.orders CHANGE COLUMN `n` n BIGINT";
    assert.deepEqual(await hiveProblems(change), []);
    const changed = parseStatement(change);
    assert.ok(changed.kind === "ALTER_TABLE");
    assert.deepEqual(changed.change, { kind: "CHANGE_COLUMN", column: { name: "n", type: "bigint" } });
  });

  const refused: Readonly<Record<string, RegExp>> = {
    "INSERT OR REPLACE INTO t VALUES (1)": /INTO is expected/,
    "INSERT INTO t BY NAME SELECT 1": /VALUES or a query/,
    "INSERT INTO t DEFAULT VALUES": /VALUES or a query/,
    "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING": /not in Trino's SQL/,
    "INSERT INTO t VALUES (1) RETURNING a": /not in Trino's SQL/,
    "INSERT INTO t (a + 1) VALUES (1)": /a column's name/,
    "INSERT INTO other.raw.t VALUES (1)": /no catalog other/,
    "INSERT INTO VALUES (1)": /VALUES or a query/,
    "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x": /not in Trino's SQL/,
    "WITH x AS (SELECT 1)": /WITH needs a SELECT/,
    "UPDATE t SET a = u.a FROM u": /not in Trino's SQL/,
    "UPDATE t AS x SET a = 1": /SET is expected/,
    "UPDATE t SET a": /column = expression/,
    "DELETE t": /FROM is expected/,
    "DELETE FROM t USING u": /not in Trino's SQL/,
    "MERGE INTO t USING s ON t.a = s.a": /WHEN … is expected/,
    "MERGE INTO t USING s WHEN MATCHED THEN DELETE": /USING … ON … is expected/,
    "MERGE INTO t USING s USING (a) WHEN MATCHED THEN DELETE": /USING … ON … is expected/,
    "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE": /INSERT is expected/,
    "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT *": /VALUES is expected/,
    "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE": /SET is expected/,
    "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DO NOTHING": /UPDATE is expected/,
    "MERGE INTO t USING a JOIN b ON a.x = b.x ON t.x = a.x WHEN MATCHED THEN DELETE": /into parentheses/,
    "CREATE TABLE t (a int)": /VIEW is expected/,
    "CREATE TABLE t AS SELECT 1 AS a": /VIEW is expected/,
    "CREATE VIEW v (a) AS SELECT 1": /AS is expected/,
    "CREATE TEMP VIEW v AS SELECT 1": /VIEW is expected/,
    "CREATE VIEW v AS VALUES (1)": /a view is a query/,
    "DROP TABLE t": /VIEW is expected/,
    "DROP VIEW v CASCADE": /nothing follows/,
    "ALTER TABLE t ADD COLUMN a int": /ADD COLUMNS/,
    "ALTER TABLE t RENAME TO u": /ADD COLUMNS/,
    "ALTER TABLE t DROP COLUMN a": /ADD COLUMNS/,
    "ALTER TABLE t ADD COLUMNS (a int COMMENT 'x')": /nothing else/,
    "ALTER TABLE t ADD COLUMNS (a int) b": /nothing follows/,
    "ALTER TABLE t ADD COLUMNS (a array<int>)": /nothing else/,
    "ALTER TABLE t CHANGE COLUMN a b int": /renames no columns/,
    "ALTER TABLE t CHANGE COLUMN a a int FIRST": /nothing else/,
    'ALTER TABLE "t" ADD COLUMNS (a int)': /backticks/,
  };
  for (const [sql, reason] of Object.entries(refused)) {
    it(`refuses ${sql}`, () => {
      assert.throws(() => parseStatement(sql), { name: "InvalidRequestException", message: reason });
    });
  }
});
