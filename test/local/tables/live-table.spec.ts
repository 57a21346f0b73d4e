import assert from "node:assert/strict";
import { LiveTable } from "../../../local/tables/live-table.ts";

const column = (name: string) => ({ name, type: "string", required: false });
const open = () =>
  new LiveTable({
    database: "raw",
    name: "orders",
    location: "s3://lake/orders//",
    columns: [column("a"), column("b")],
  });

describe("LiveTable", () => {
  it("numbers its fields as Iceberg does, from 1", () => {
    assert.deepEqual(
      open().fields.map(({ id, name }) => [id, name]),
      [
        [1, "a"],
        [2, "b"],
      ],
    );
  });

  it("keeps its schema object until the columns change", () => {
    const orders = open();
    const { schema } = orders;
    orders.committed();
    assert.equal(orders.schema, schema);
    orders.committed([...orders.fields, { ...column("c"), id: 3 }]);
    assert.deepEqual(orders.schema, {
      database: "raw",
      name: "orders",
      columns: [column("a"), column("b"), column("c")],
    });
    assert.equal(orders.version, 2);
  });

  it("names another metadata file with each commit, and remembers the last", () => {
    const orders = open();
    const first = orders.metadataLocation;
    assert.match(first, /^s3:\/\/lake\/orders\/metadata\/00000-/);
    assert.equal(orders.previousMetadataLocation, undefined);
    orders.committed();
    assert.match(orders.metadataLocation, /^s3:\/\/lake\/orders\/metadata\/00001-/);
    assert.equal(orders.previousMetadataLocation, first);
  });
});
