import assert from "node:assert/strict";
import { GlueService } from "../../../local/glue/service.ts";
import { openTables, type Tables } from "../../../local/tables/duckdb.ts";

const ACCOUNT = "123456789012";
const column = (name: string, type: string, required = false) => ({ name, type, required });

interface GlueTable {
  Name: string;
  TableType: string;
  Parameters: Record<string, string>;
  StorageDescriptor: { Location: string; Columns: { Name: string; Type: string; Parameters?: unknown }[] };
  ViewOriginalText?: string;
}

describe("Glue", () => {
  let tables: Tables;
  let glue: GlueService;

  beforeEach(async () => {
    const columns = [column("message_id", "string", true), column("n", "long"), column("amount", '"decimal(18,2)"')];
    const table = (name: string) => ({ database: "raw", name, location: `s3://lake/raw/${name}/`, columns });
    tables = await openTables({
      databases: ["raw", "curated"],
      tables: ["orders", "refunds", "orders_rejected"].map(table),
    });
    glue = new GlueService(tables.catalog, ACCOUNT);
  });

  afterEach(() => tables.close());

  const getTable = async (name: string, database = "raw"): Promise<GlueTable> => {
    const answer = await glue.call("GetTable", { DatabaseName: database, Name: name });
    return (answer as { Table: GlueTable }).Table;
  };
  const list = async (input: Record<string, unknown> = {}) => {
    const answer = await glue.call("GetTables", { DatabaseName: "raw", ...input });
    const { TableList, NextToken } = answer as { TableList: GlueTable[]; NextToken: string | undefined };
    return { names: TableList.map(({ Name }) => Name), NextToken };
  };

  it("describes an Iceberg table as Iceberg's own catalog does", async () => {
    const { metadataLocation } = tables.catalog.existingTable("raw", "orders");
    const field = (id: number, optional: boolean) => ({
      "iceberg.field.current": "true",
      "iceberg.field.id": String(id),
      "iceberg.field.optional": String(optional),
    });
    assert.deepEqual(await getTable("orders"), {
      Name: "orders",
      DatabaseName: "raw",
      CatalogId: ACCOUNT,
      TableType: "EXTERNAL_TABLE",
      Parameters: { table_type: "ICEBERG", metadata_location: metadataLocation },
      StorageDescriptor: {
        Location: "s3://lake/raw/orders",
        Columns: [
          { Name: "message_id", Type: "string", Parameters: field(1, false) },
          { Name: "n", Type: "bigint", Parameters: field(2, true) },
          { Name: "amount", Type: "decimal(18,2)", Parameters: field(3, true) },
        ],
      },
    });
    assert.match(metadataLocation, /^s3:\/\/lake\/raw\/orders\/metadata\/00000-.*\.metadata\.json$/);
  });

  it("moves the metadata's location with every commit of that table", async () => {
    const before = await getTable("orders");
    const other = await getTable("refunds");
    const orders = tables.find("raw", "orders");
    assert.ok(orders);
    await tables.insert(orders, [{ message_id: "m-1", n: 1, amount: 1 }]);
    const { Parameters } = await getTable("orders");
    assert.notEqual(Parameters.metadata_location, before.Parameters.metadata_location);
    assert.equal(Parameters.previous_metadata_location, before.Parameters.metadata_location);
    assert.deepEqual(await getTable("refunds"), other);
  });

  it("describes a view as Athena leaves it", async () => {
    const columns = [{ name: "n", type: "bigint" }];
    tables.catalog.setView({ database: "raw", name: "totals", sql: "SELECT 1 AS n", columns, reads: [] });
    const { TableType, Parameters, StorageDescriptor, ViewOriginalText = "" } = await getTable("totals");
    assert.equal(TableType, "VIRTUAL_VIEW");
    assert.equal(Parameters.presto_view, "true");
    assert.deepEqual(StorageDescriptor.Columns, [{ Name: "n", Type: "bigint" }]);
    const [, text = ""] = /^\/\* Presto View: (.*) \*\/$/.exec(ViewOriginalText) ?? [];
    assert.equal(JSON.parse(Buffer.from(text, "base64").toString()).originalSql, "SELECT 1 AS n");
  });

  it("takes names in every case", async () => {
    assert.equal((await getTable("Orders", "RAW")).Name, "orders");
  });

  it("lists tables and views by name, page by page, and goes on where others went", async () => {
    tables.catalog.setView({ database: "raw", name: "last", sql: "", columns: [], reads: [] });
    assert.deepEqual(await list(), { names: ["last", "orders", "orders_rejected", "refunds"], NextToken: undefined });
    const first = await list({ MaxResults: 1 });
    assert.deepEqual(first.names, ["last"]);
    tables.catalog.dropView("raw", "last");
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    assert.deepEqual(second.names, ["orders", "orders_rejected"]);
    assert.deepEqual(await list({ MaxResults: 2, NextToken: second.NextToken }), {
      names: ["refunds"],
      NextToken: undefined,
    });
    assert.deepEqual((await list({ DatabaseName: "curated" })).names, []);
  });

  it("lists what an expression matches as a whole", async () => {
    assert.deepEqual((await list({ Expression: "orders.*" })).names, ["orders", "orders_rejected"]);
    assert.deepEqual((await list({ Expression: "orders|refunds" })).names, ["orders", "refunds"]);
    assert.deepEqual((await list({ Expression: "order" })).names, []);
    assert.deepEqual((await list({ Expression: "" })).names.length, 3);
  });

  it("has the databases", async () => {
    assert.deepEqual(await glue.call("GetDatabase", { Name: "Raw" }), {
      Database: { Name: "raw", CatalogId: ACCOUNT },
    });
    const page = { DatabaseList: [{ Name: "curated", CatalogId: ACCOUNT }], NextToken: "Y3VyYXRlZA==" };
    assert.deepEqual(await glue.call("GetDatabases", { MaxResults: 1, CatalogId: ACCOUNT }), page);
  });

  const notFound: [action: string, input: Record<string, unknown>][] = [
    ["GetTable", { DatabaseName: "raw", Name: "payments" }],
    ["GetTable", { DatabaseName: "gold", Name: "orders" }],
    ["GetTables", { DatabaseName: "gold" }],
    ["GetDatabase", { Name: "gold" }],
    ["GetTables", { DatabaseName: "raw", CatalogId: "999999999999" }],
  ];
  for (const [action, input] of notFound) {
    it(`finds nothing with ${action} ${JSON.stringify(input)}`, async () => {
      await assert.rejects(glue.call(action, input), { name: "EntityNotFoundException", status: 400 });
    });
  }

  const invalid: [action: string, input: Record<string, unknown>, reason: RegExp][] = [
    ["GetTable", { DatabaseName: "raw" }, /Name must not be empty/],
    ["GetTable", { DatabaseName: "raw", Name: "orders", QueryAsOfTime: 1 }, /does not know QueryAsOfTime/],
    ["GetTables", { DatabaseName: 1 }, /DatabaseName must be a string/],
    ["GetTables", { DatabaseName: "raw", MaxResults: 101 }, /from 1 to 100/],
    ["GetTables", { DatabaseName: "raw", MaxResults: 0 }, /from 1 to 100/],
    ["GetTables", { DatabaseName: "raw", Expression: "(" }, /no regular expression/],
  ];
  for (const [action, input, message] of invalid) {
    it(`refuses ${action} ${JSON.stringify(input)}`, async () => {
      await assert.rejects(glue.call(action, input), { name: "InvalidInputException", message });
    });
  }

  it("knows no action that would change the catalog", async () => {
    await assert.rejects(glue.call("UpdateTable", {}), { name: "UnknownOperationException" });
  });
});
