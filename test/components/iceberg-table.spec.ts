import assert from "node:assert/strict";
import * as glue from "@pulumi/aws/glue/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type IcebergTableArgs, icebergTable } from "../../components/iceberg-table.ts";
import { inputsOf, registrations } from "../support/mocks.ts";

const TABLE = "aws:glue/catalogTable:CatalogTable";

async function table(given: Pick<IcebergTableArgs, "columns" | "partition">) {
  const program = () => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const database = new glue.CatalogDatabase("raw", { name: "test_raw" });
    const location = pulumi.output("s3://lake/raw/orders/");
    icebergTable("orders", { tableName: "orders", database, location, ...given }, { parent, protect: false });
  };
  const { name, databaseName, openTableFormatInput } = inputsOf(await registrations(program), TABLE).orders ?? {};
  return { name, databaseName, ...openTableFormatInput.icebergInput };
}

const at = { column: "at", by: "day" } as const;

describe("an Iceberg table", () => {
  it("is made in Iceberg's second format, where it is told to be", async () => {
    const { icebergTableInput, ...made } = await table({
      columns: [{ name: "at", type: "timestamp" }],
      partition: at,
    });
    assert.deepEqual(made, {
      name: "orders",
      databaseName: "test_raw",
      metadataOperation: "CREATE",
      version: "2",
    });
    assert.equal(icebergTableInput.location, "s3://lake/raw/orders/");
  });

  it("has its columns in their order, in Iceberg's words, and requires none", async () => {
    const types = ["string", "boolean", "int", "bigint", "double", "decimal(18,2)", "date", "timestamp"];
    const columns = types.map((type, index) => ({ name: type === "timestamp" ? "at" : `c${index}`, type }));
    const { schema } = (await table({ columns, partition: at })).icebergTableInput;
    assert.deepEqual(schema, {
      schemaId: 0,
      type: "struct",
      fields: columns.map(({ name, type }, index) => ({
        id: index + 1,
        name,
        type: JSON.stringify(type === "bigint" ? "long" : type),
        required: false,
      })),
    });
  });

  for (const by of ["day", "month"] as const) {
    it(`is partitioned by the ${by} of a column, which it names by its id`, async () => {
      const columns = [
        { name: "id", type: "string" },
        { name: "at", type: "timestamp" },
      ];
      const { partitionSpec } = (await table({ columns, partition: { column: "at", by } })).icebergTableInput;
      const fields = [{ fieldId: 1000, sourceId: 2, name: `at_${by}`, transform: by }];
      assert.deepEqual(partitionSpec, { specId: 0, fields });
    });
  }
});
