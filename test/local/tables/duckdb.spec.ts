import assert from "node:assert/strict";
import { openTables, type Tables } from "../../../local/tables/duckdb.ts";
import type { CatalogTable } from "../../../local/tables/from-graph.ts";
import type { Column } from "../../../local/tables/store.ts";

const optional = (name: string, type: string): Column => ({ name, type, required: false });
const orders: CatalogTable = {
  database: "raw",
  name: "orders",
  location: "s3://lake/raw/orders/",
  columns: [{ name: "message_id", type: "string", required: true }, optional("ingestion_ts", "long")],
};
const everyType: CatalogTable = {
  database: "raw",
  name: "every_type",
  location: "s3://lake/raw/every_type/",
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

  it("moves the metadata with each commit, and with nothing else", async () => {
    const table = tables.catalog.existingTable("raw", "orders");
    const created = table.metadataLocation;
    assert.match(created, /^s3:\/\/lake\/raw\/orders\/metadata\/00000-[\da-f-]{36}\.metadata\.json$/);
    await tables.insert(orders, []);
    await assert.rejects(tables.insert(orders, [{ message_id: null }]), /NOT NULL/);
    assert.equal(table.metadataLocation, created);
    await tables.insert(orders, [{ message_id: "m-1", ingestion_ts: 1 }]);
    assert.match(table.metadataLocation, /\/00001-/);
    assert.equal(table.previousMetadataLocation, created);
    assert.equal(tables.catalog.existingTable("raw", "every_type").version, 0);
    assert.equal(tables.find("raw", "orders"), orders);
  });

  it("commits a change of rows and columns whole or not at all", async () => {
    const table = tables.catalog.existingTable("raw", "orders");
    const connection = await tables.connect();
    const note = { ...optional("note", "string"), id: 3 };
    const alter = async () => {
      await connection.run("ALTER TABLE raw.orders ADD COLUMN note VARCHAR");
      await connection.run("INSERT INTO raw.orders VALUES ('m-1', 1, 'first')");
      return { rows: 1, fields: [...table.fields, note] };
    };
    const failing = tables.commit(table, connection, async () => {
      await alter();
      throw new Error("at the last moment");
    });
    await assert.rejects(failing, /at the last moment/);
    assert.equal(table.version, 0);
    assert.equal(tables.find("raw", "orders"), orders);
    assert.deepEqual(await tables.query("SELECT * FROM raw.orders"), []);

    await tables.commit(table, connection, alter);
    connection.closeSync();
    assert.equal(table.version, 1);
    // Who read the table before has its old columns.
    await tables.insert(orders, [{ message_id: "m-2", ingestion_ts: 2 }]);
    const rows = await tables.query("SELECT * FROM raw.orders ORDER BY ingestion_ts");
    assert.deepEqual(rows, [
      { message_id: "m-1", ingestion_ts: 1, note: "first" },
      { message_id: "m-2", ingestion_ts: 2, note: null },
    ]);
  });

  it("lets an insert wait for the change of its table, and only of its table", async () => {
    const table = tables.catalog.existingTable("raw", "orders");
    const connection = await tables.connect();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const held = tables.commit(table, connection, async () => {
      await ended;
      return { rows: 0 };
    });
    const waiting = tables.insert(orders, [{ message_id: "m-1", ingestion_ts: 1 }]);
    await tables.insert(everyType, [{ an_int: 1 }]);
    assert.equal(await tables.count("raw", "orders"), 0);
    end();
    await Promise.all([held, waiting]);
    connection.closeSync();
    assert.equal(await tables.count("raw", "orders"), 1);
  });

  it("reads nothing but the tables", async () => {
    await assert.rejects(tables.query("SELECT * FROM read_text('/etc/hostname')"), /disabled by configuration/);
    await assert.rejects(tables.query("COPY raw.orders TO '/tmp/orders.csv'"), /disabled by configuration/);
  });

  it("finds the tables under the catalog's name, in every case", async () => {
    await tables.insert(orders, [{ message_id: "m-1", ingestion_ts: 1 }]);
    const [row] = await tables.query('SELECT Message_ID AS id FROM "AwsDataCatalog".RAW."Orders"');
    assert.deepEqual(row, { id: "m-1" });
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
