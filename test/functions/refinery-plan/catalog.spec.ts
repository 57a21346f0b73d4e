import assert from "node:assert/strict";
import { readDatabase, type TablesPage } from "../../../functions/refinery-plan/catalog.ts";

describe("readDatabase", () => {
  it("reads every page, with the current columns and the metadata", async () => {
    const pages: Record<string, TablesPage> = {
      first: {
        TableList: [
          {
            Name: "orders",
            Parameters: { table_type: "ICEBERG", metadata_location: "s3://lake/1.json" },
            StorageDescriptor: {
              Columns: [
                { Name: "a", Type: "string", Parameters: { "iceberg.field.current": "true" } },
                { Name: "b", Type: "decimal(18,2)" },
                // Of an older schema.
                { Name: "gone", Type: "int", Parameters: { "iceberg.field.current": "false" } },
              ],
            },
          },
        ],
        NextToken: "second",
      },
      second: { TableList: [{ Name: "orders_current" }] },
    };
    const asked: unknown[] = [];
    const tables = await readDatabase(async (database, token) => {
      asked.push([database, token]);
      return pages[token ?? "first"] ?? {};
    }, "dev_raw");
    assert.deepEqual(asked, [
      ["dev_raw", undefined],
      ["dev_raw", "second"],
    ]);
    assert.deepEqual(Object.fromEntries(tables), {
      orders: {
        columns: [
          { name: "a", type: "string" },
          { name: "b", type: "decimal(18,2)" },
        ],
        metadataLocation: "s3://lake/1.json",
      },
      orders_current: { columns: [], metadataLocation: undefined },
    });
  });

  it("answers nothing for a database without tables", async () => {
    assert.equal((await readDatabase(async () => ({}), "dev_raw")).size, 0);
  });
});
