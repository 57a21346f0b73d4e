import assert from "node:assert/strict";
import { openTables, type Tables } from "../../../local/tables/duckdb.ts";
import type { Column, Table } from "../../../local/tables/store.ts";

const optional = (name: string, type: string): Column => ({ name, type, required: false });
const orders: Table = {
  database: "raw",
  name: "orders",
  columns: [{ name: "message_id", type: "string", required: true }, optional("ingestion_ts", "long")],
};
const everyType: Table = {
  database: "raw",
  name: "every_type",
  columns: [
    optional("a_boolean", "boolean"),
    optional("an_int", "int"),
    optional("a_long", '"long"'),
    optional("a_float", "float"),
    optional("a_double", "double"),
    optional("a_decimal", "decimal(18,2)"),
    optional("a_date", "date"),
    optional("a_time", "time"),
    optional("a_timestamp", "timestamp"),
    optional("a_timestamptz", "timestamptz"),
    optional("a_string", "string"),
    optional("a_uuid", "uuid"),
    optional("a_binary", "binary"),
  ],
};

describe("tables", () => {
  let tables: Tables;

  beforeEach(async () => {
    tables = await openTables({ databases: ["raw", "curated"], tables: [orders, everyType] });
  });

  afterEach(() => tables.close());

  it("finds the tables that were opened, and no others", () => {
    assert.equal(tables.find("raw", "orders"), orders);
    assert.equal(tables.find("curated", "orders"), undefined);
    assert.equal(tables.find("elsewhere", "orders"), undefined);
  });

  it("gives back every type as it came", async () => {
    await tables.insert(everyType, [
      {
        a_boolean: true,
        an_int: -1,
        a_long: 9_007_199_254_740_993n,
        a_float: 0.5,
        a_double: 0.1,
        a_decimal: 18.1,
        a_date: 20_454,
        a_time: 36_000_000_001,
        a_timestamp: 1_767_225_600_000_001,
        a_timestamptz: 1_767_225_600_000_000,
        a_string: 'ü"\u0000\n🙂',
        a_uuid: "0188a8c2-9c3e-7f00-8000-000000000001",
        a_binary: "AP8=",
      },
    ]);
    assert.deepEqual(await tables.query("SELECT *, octet_length(a_binary) AS bytes FROM raw.every_type"), [
      {
        a_boolean: true,
        an_int: -1,
        a_long: 9_007_199_254_740_993n,
        a_float: 0.5,
        a_double: 0.1,
        a_decimal: "18.10",
        a_date: "2026-01-01",
        a_time: "10:00:00.000001",
        a_timestamp: "2026-01-01 00:00:00.000001",
        a_timestamptz: "2026-01-01 00:00:00+00",
        a_string: 'ü"\u0000\n🙂',
        a_uuid: "0188a8c2-9c3e-7f00-8000-000000000001",
        a_binary: "\\x00\\xFF",
        bytes: 2,
      },
    ]);
  });

  it("makes nulls of nulls, and skips keys that are no columns", async () => {
    await tables.insert(orders, [{ message_id: "m-1", ingestion_ts: null, other: 1 }]);
    assert.deepEqual(await tables.query("SELECT * FROM raw.orders"), [{ message_id: "m-1", ingestion_ts: null }]);
  });

  it("answers sums and counts as numbers", async () => {
    await tables.insert(orders, [
      { message_id: "m-1", ingestion_ts: 2 },
      { message_id: "m-2", ingestion_ts: 3 },
    ]);
    assert.deepEqual(await tables.query("SELECT count(*) AS n, sum(ingestion_ts) AS s FROM raw.orders"), [
      { n: 2, s: 5 },
    ]);
    assert.equal(await tables.count("raw", "orders"), 2);
  });

  it("inserts all rows of a call or none, and goes on afterwards", async () => {
    const rows = [
      { message_id: "m-1", ingestion_ts: 1 },
      { message_id: "m-2", ingestion_ts: "not a number" },
    ];
    await assert.rejects(tables.insert(orders, rows), SyntaxError);
    await assert.rejects(
      tables.insert(orders, [{ message_id: "m-3", ingestion_ts: 1 }, { message_id: null }]),
      /NOT NULL/,
    );
    await tables.insert(orders, [{ message_id: "m-4", ingestion_ts: 1 }]);
    assert.deepEqual(await tables.query("SELECT message_id FROM raw.orders"), [{ message_id: "m-4" }]);
  });

  it("takes inserts that overlap in time", async () => {
    const inserts = Array.from({ length: 20 }, (_, n) =>
      tables.insert(orders, [{ message_id: `m-${n}`, ingestion_ts: n }]),
    );
    await Promise.all(inserts);
    assert.equal(await tables.count("raw", "orders"), 20);
  });

  it("takes more rows at once than an appender holds back", async () => {
    const rows = Array.from({ length: 210_000 }, (_, n) => ({ message_id: "m", ingestion_ts: n }));
    await assert.rejects(tables.insert(orders, [...rows, { message_id: null, ingestion_ts: 1 }]), /NOT NULL/);
    assert.equal(await tables.count("raw", "orders"), 0);
  });

  it("says which database or table does not exist, and which do", async () => {
    await assert.rejects(tables.count("gold", "orders"), {
      name: "EntityNotFoundException",
      message: "Database gold not found; there are: raw, curated",
    });
    await assert.rejects(tables.count("raw", "payments"), {
      name: "EntityNotFoundException",
      message: "Table payments not found in database raw; there are: orders, every_type",
    });
    await assert.rejects(tables.count("curated", "orders"), {
      message: /not found in database curated; there are: none/,
    });
  });
});
