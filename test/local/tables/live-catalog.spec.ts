import assert from "node:assert/strict";
import { LiveCatalog } from "../../../local/tables/live-catalog.ts";

const column = (name: string) => ({ name, type: "string", required: false });
const table = (database: string, name: string) => {
  return { database, name, location: `s3://lake/${name}`, columns: [column("a"), column("b")] };
};

describe("LiveCatalog", () => {
  const open = () => new LiveCatalog({ databases: ["raw", "semantic"], tables: [table("raw", "orders")] });

  it("finds databases, tables and views by name", () => {
    const catalog = open();
    const view = { database: "raw", name: "last_orders", sql: "SELECT 1 AS one", columns: [], reads: [] };
    catalog.setView(view);
    assert.deepEqual(catalog.databases, ["raw", "semantic"]);
    assert.equal(catalog.table("raw", "orders")?.name, "orders");
    assert.equal(catalog.table("semantic", "orders"), undefined);
    assert.equal(catalog.table("gold", "orders"), undefined);
    assert.equal(catalog.view("raw", "last_orders"), view);
    assert.deepEqual(
      catalog.tablesAndViews("raw").map(({ name }) => name),
      ["orders", "last_orders"],
    );
    catalog.dropView("raw", "last_orders");
    assert.equal(catalog.view("raw", "last_orders"), undefined);
  });

  it("says what there is instead of what it does not have", () => {
    const catalog = open();
    assert.throws(() => catalog.existingTable("raw", "payments"), {
      name: "EntityNotFoundException",
      message: "Table payments not found in database raw; there are: orders",
    });
    assert.throws(() => catalog.tablesAndViews("gold"), {
      message: "Database gold not found; there are: raw, semantic",
    });
    const view = { database: "gold", name: "v", sql: "", columns: [], reads: [] };
    assert.throws(() => catalog.setView(view), { name: "EntityNotFoundException" });
  });
});
