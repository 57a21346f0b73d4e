import assert from "node:assert/strict";
import { trinoProblems } from "../../support/trino.ts";
import { type Lake, openLake } from "./fixtures.ts";

describe("views of Athena's", () => {
  let lake: Lake;

  beforeEach(async () => {
    lake = await openLake();
    await lake.run("INSERT INTO semantic.orders (message_id, quantity) VALUES ('a', 1), ('b', 2)");
  });

  afterEach(() => lake.close());

  const succeeds = async (sql: string) => {
    assert.deepEqual(await trinoProblems(sql), []);
    const { state, reason } = await lake.run(sql);
    assert.equal(state, "SUCCEEDED", reason);
  };
  const reasonOf = async (sql: string) => (await lake.run(sql)).reason ?? "";

  it("are created, read, replaced and dropped", async () => {
    await succeeds(`CREATE OR REPLACE VIEW "semantic"."Orders_Current" AS
      SELECT "message_id", "quantity" FROM (
        SELECT *, row_number() OVER (PARTITION BY paid ORDER BY quantity DESC) AS "#" FROM semantic.orders
      ) AS places WHERE "#" = 1`);
    assert.deepEqual(await lake.rows("SELECT * FROM semantic.orders_current"), [["b", "2"]]);
    assert.deepEqual(lake.tables.catalog.view("semantic", "orders_current")?.columns, [
      { name: "message_id", type: "string" },
      { name: "quantity", type: "int" },
    ]);
    await succeeds("CREATE OR REPLACE VIEW semantic.orders_current AS SELECT count(*) AS n FROM semantic.orders");
    assert.deepEqual(await lake.rows("SELECT * FROM SEMANTIC.ORDERS_CURRENT"), [["2"]]);
    await succeeds("DROP VIEW semantic.orders_current");
    assert.match(await reasonOf("SELECT * FROM semantic.orders_current"), /^TABLE_NOT_FOUND/);
    assert.equal(lake.tables.catalog.view("semantic", "orders_current"), undefined);
    await succeeds("DROP VIEW IF EXISTS semantic.orders_current");
    assert.match(await reasonOf("DROP VIEW semantic.orders_current"), /^TABLE_NOT_FOUND/);
  });

  it("answer with Trino's functions, whoever reads them", async () => {
    await succeeds(
      "CREATE VIEW semantic.names AS SELECT concat(message_id, NULL) AS none, to_iso8601(day) AS day FROM semantic.orders",
    );
    assert.deepEqual(await lake.rows("SELECT none FROM semantic.names LIMIT 1"), [[null]]);
    assert.deepEqual(await lake.tables.query("SELECT none FROM semantic.names LIMIT 1"), [{ none: null }]);
  });

  it("stay when the table gets more columns", async () => {
    await succeeds("CREATE VIEW semantic.v AS SELECT message_id FROM semantic.orders");
    await lake.run("ALTER TABLE semantic.orders ADD COLUMNS (`note` string)");
    assert.deepEqual(await lake.rows("SELECT * FROM semantic.v ORDER BY 1"), [["a"], ["b"]]);
  });

  it("count the bytes of the tables behind them", async () => {
    await succeeds("CREATE VIEW semantic.v AS SELECT message_id FROM semantic.orders");
    await succeeds("CREATE VIEW semantic.w AS SELECT * FROM semantic.v");
    const scanned = async (table: string) => {
      const { execution } = await lake.run(`SELECT * FROM ${table}`);
      return execution.Statistics?.DataScannedInBytes;
    };
    assert.ok(Number(await scanned("semantic.orders")) > 0);
    assert.equal(await scanned("semantic.w"), await scanned("semantic.orders"));
  });

  const refused = [
    ["CREATE VIEW semantic.v AS SELECT count(*) FROM semantic.orders", "MISSING_COLUMN_NAME"],
    ["CREATE VIEW semantic.v AS SELECT 1 AS a, 2 AS A", "DUPLICATE_COLUMN_NAME"],
    ["CREATE VIEW semantic.v AS SELECT message_id FROM orders", "TABLE_NOT_FOUND"],
    ["CREATE VIEW nowhere.v AS SELECT 1 AS a", "SCHEMA_NOT_FOUND"],
    ["CREATE OR REPLACE VIEW semantic.orders AS SELECT 1 AS a", "TABLE_ALREADY_EXISTS"],
    ["DROP VIEW IF EXISTS semantic.orders", "GENERIC_USER_ERROR"],
  ] as const;
  for (const [sql, code] of refused) {
    it(`fail: ${sql}`, async () => {
      const reason = await reasonOf(sql);
      assert.ok(reason.startsWith(`${code}: `), reason);
      assert.equal(lake.tables.catalog.view("semantic", "v"), undefined);
    });
  }

  it("are not created twice, and not written to", async () => {
    await succeeds("CREATE VIEW semantic.v AS SELECT 1 AS a");
    assert.match(await reasonOf("CREATE VIEW semantic.v AS SELECT 2 AS a"), /^TABLE_ALREADY_EXISTS/);
    assert.match(await reasonOf("INSERT INTO semantic.v VALUES (1)"), /^NOT_SUPPORTED/);
    assert.deepEqual(await lake.rows("SELECT * FROM semantic.v"), [["1"]]);
  });
});
