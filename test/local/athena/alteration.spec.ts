import assert from "node:assert/strict";
import { hiveProblems } from "../../support/trino.ts";
import { type Lake, openLake } from "./fixtures.ts";

describe("ALTER TABLE of Athena's", () => {
  let lake: Lake;

  beforeEach(async () => {
    lake = await openLake();
    await lake.run("INSERT INTO semantic.orders (message_id, quantity, amount) VALUES ('a', 2147483647, 5)");
  });

  afterEach(() => lake.close());

  const table = () => lake.tables.catalog.existingTable("semantic", "orders");
  const succeeds = async (sql: string) => {
    assert.deepEqual(await hiveProblems(sql), []);
    const { state, reason } = await lake.run(sql);
    assert.equal(state, "SUCCEEDED", reason);
  };

  it("adds columns, with null in the rows that are there", async () => {
    const types =
      "b boolean, i int, l bigint, f float, d double, s string, t timestamp, y date, m decimal(18, 2), x binary";
    await succeeds(`ALTER TABLE \`semantic\`.\`orders\` ADD COLUMNS (${types})`);
    const added = table().fields.slice(7);
    assert.deepEqual(
      added.map(({ id, name, type }) => `${id} ${name} ${type}`),
      "8 b boolean,9 i int,10 l long,11 f float,12 d double,13 s string,14 t timestamp,15 y date,16 m decimal(18;2),17 x binary"
        .split(",")
        .map((line) => line.replace(";", ",")),
    );
    assert.equal(table().version, 2);
    assert.deepEqual(await lake.rows("SELECT l, t FROM semantic.orders"), [[null, null]]);
    const { state, reason } = await lake.run("INSERT INTO semantic.orders (message_id, l, m) VALUES ('b', 5, 1)");
    assert.equal(state, "SUCCEEDED", reason);
    assert.deepEqual(await lake.rows("SELECT l, m FROM semantic.orders WHERE message_id = 'b'"), [["5", "1.00"]]);
  });

  it("lets rows in that Firehose made for the new columns", async () => {
    await succeeds("ALTER TABLE raw.orders ADD COLUMNS (note string)");
    await lake.ingest({ message_id: "a", note: "new" });
    assert.deepEqual(await lake.rows("SELECT message_id, note FROM raw.orders"), [["a", "new"]]);
  });

  it("widens a type as Iceberg can, and keeps the values", async () => {
    await succeeds("ALTER TABLE semantic.orders CHANGE COLUMN `quantity` `quantity` bigint");
    await succeeds("ALTER TABLE semantic.orders CHANGE amount amount decimal(20, 2)");
    await succeeds("ALTER TABLE semantic.orders CHANGE COLUMN rate rate double");
    await lake.run("UPDATE semantic.orders SET quantity = quantity + 1");
    assert.deepEqual(await lake.rows("SELECT quantity, amount FROM semantic.orders"), [["2147483648", "5.00"]]);
    assert.equal(table().fields.find(({ name }) => name === "quantity")?.type, "long");
    assert.equal(table().fields.find(({ name }) => name === "quantity")?.id, 3);
    const { version } = table();
    await succeeds("ALTER TABLE semantic.orders CHANGE COLUMN quantity quantity bigint");
    assert.equal(table().version, version);
  });

  const refused = [
    ["CHANGE COLUMN quantity quantity string", "NOT_SUPPORTED: Cannot change column type: quantity: int -> string"],
    [
      "CHANGE COLUMN amount amount decimal(9,2)",
      "NOT_SUPPORTED: Cannot change column type: amount: decimal(18, 2) -> decimal(9, 2)",
    ],
    [
      "CHANGE COLUMN amount amount decimal(20,3)",
      "NOT_SUPPORTED: Cannot change column type: amount: decimal(18, 2) -> decimal(20, 3)",
    ],
    ["CHANGE COLUMN nothing nothing bigint", "COLUMN_NOT_FOUND: Cannot update missing column: nothing"],
    ["ADD COLUMNS (quantity bigint)", "GENERIC_USER_ERROR: Cannot add column, name already exists: quantity"],
    ["ADD COLUMNS (a int, b varchar)", "NOT_SUPPORTED: The type varchar is none of"],
    ["ADD COLUMNS (a decimal(39,2))", "NOT_SUPPORTED: decimal(39,2): a decimal has a precision of 1 to 38"],
  ] as const;
  for (const [change, reason] of refused) {
    it(`refuses to ${change}`, async () => {
      const ended = await lake.run(`ALTER TABLE semantic.orders ${change}`);
      assert.equal(ended.state, "FAILED");
      assert.ok(ended.reason?.startsWith(reason), ended.reason);
      assert.equal(table().version, 1);
      assert.equal(table().fields.length, 7);
      assert.deepEqual(await lake.rows("SELECT count(*) FROM semantic.orders"), [["1"]]);
    });
  }
});
