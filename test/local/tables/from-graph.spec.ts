import assert from "node:assert/strict";
import { catalogOf } from "../../../local/tables/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const database = {
  type: "aws:glue/catalogDatabase:CatalogDatabase",
  name: "raw",
  inputs: { name: "lean_ops_dev_raw" },
};

interface Overrides {
  name?: string;
  databaseName?: string;
  version?: string;
  fields?: unknown[];
  partitions?: unknown[];
  location?: string;
}

function tableOf({
  name = "orders",
  databaseName = "lean_ops_dev_raw",
  version,
  fields,
  partitions,
  location = "s3://lake/orders",
}: Overrides = {}) {
  const schema = { fields: fields ?? [{ id: 1, name: "message_id", type: '"string"', required: true }] };
  const partitionSpec = partitions === undefined ? undefined : { fields: partitions };
  const icebergTableInput = { location, schema, partitionSpec };
  return {
    type: "aws:glue/catalogTable:CatalogTable",
    name,
    inputs: {
      name,
      databaseName,
      openTableFormatInput: { icebergInput: { metadataOperation: "CREATE", version, icebergTableInput } },
    },
  };
}

describe("catalogOf", () => {
  it("reads databases, tables and their columns", () => {
    const fields = [
      { id: 1, name: "message_id", type: '"string"', required: true },
      { id: 2, name: "publish_time", type: "timestamp", required: false },
    ];
    const partitions = [{ name: "day", sourceId: 2, transform: "day" }];
    assert.deepEqual(catalogOf(graphOf([database, tableOf({ fields, partitions })])), {
      databases: ["lean_ops_dev_raw"],
      tables: [
        {
          database: "lean_ops_dev_raw",
          name: "orders",
          location: "s3://lake/orders",
          columns: [
            { name: "message_id", type: '"string"', required: true },
            { name: "publish_time", type: "timestamp", required: false },
          ],
        },
      ],
    });
  });

  it("lists everything wrong at once, with resource, path, rule and value", () => {
    const graph = graphOf([
      database,
      { ...database, name: "bad", inputs: { name: "lean-ops" } },
      tableOf({ name: "order-events", databaseName: "elsewhere", version: "1" }),
      tableOf({
        fields: [
          { id: 1, name: "a", type: '{"type":"list"}', required: false },
          { id: 1, name: "a", type: "long", required: false },
        ],
        partitions: [{ name: "p", sourceId: 9, transform: "weekly" }],
      }),
      tableOf({ name: "empty", fields: [] }),
      {
        type: "aws:glue/catalogTable:CatalogTable",
        name: "view",
        inputs: { name: "view", databaseName: "lean_ops_dev_raw", viewOriginalText: "SELECT 1", description: "a view" },
      },
    ]);
    assert.throws(
      () => catalogOf(graph),
      (error: Error) => {
        assert.equal(error.name, "ResourceError");
        const problems = error.message.split("\n");
        const iceberg = "openTableFormatInput.icebergInput.";
        const schema = `${iceberg}icebergTableInput.schema.`;
        assert.deepEqual(
          problems.map((problem) =>
            problem
              .replace("aws:glue/catalogTable:CatalogTable", "table")
              .replace(/ (the local tables hold).*/, " $1 …"),
          ),
          [
            'aws:glue/catalogDatabase:CatalogDatabase "bad": name: must match ^[a-z0-9_]{1,252}$, is "lean-ops"',
            'table "order-events": name: must match ^[a-z0-9_]{1,252}$, is "order-events"',
            `table "order-events": ${iceberg}version: Firehose writes to version 2 only: 1`,
            'table "order-events": databaseName: the program has no database elsewhere',
            `table "orders": ${schema}fields[].id: unique in the table: 1`,
            `table "orders": ${schema}fields[].name: unique in the table: a`,
            `table "orders": ${iceberg}icebergTableInput.partitionSpec.fields[0].sourceId: no field of the schema has it: 9`,
            `table "orders": ${iceberg}icebergTableInput.partitionSpec.fields[0].transform: no transform of Iceberg's: weekly`,
            `table "orders": ${schema}fields[0].type: {"type":"list"}: the local tables hold …`,
            `table "empty": ${schema}fields: at least one field is required`,
            'table "view": viewOriginalText: not known to the local cloud',
            'table "view": openTableFormatInput.icebergInput: required, the local tables are Iceberg tables',
          ],
        );
        return true;
      },
    );
  });

  it("asks for a location in S3", () => {
    const path = "openTableFormatInput.icebergInput.icebergTableInput.location";
    assert.throws(() => catalogOf(graphOf([database, tableOf({ location: "/lake" })])), {
      message: `aws:glue/catalogTable:CatalogTable "orders": ${path}: must match ^s3:\\/\\/., is "/lake"`,
    });
  });
});
