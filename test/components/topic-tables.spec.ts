import assert from "node:assert/strict";
import * as glue from "@pulumi/aws/glue/index.js";
import * as pulumi from "@pulumi/pulumi";
import { topicTables } from "../../components/topic-tables.ts";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../../functions/common/lake-topic.ts";
import { rejectedName, tableName } from "../../functions/refinery-plan/sql/tables.ts";
import { type Layer, namesFor } from "../../settings/names.ts";
import { inputsOf, registrations } from "../support/mocks.ts";

const names = namesFor("lean-ops", "test");
const COLUMNS = [
  { name: "amount", type: "decimal(18,2)", path: ["total"], required: true },
  { name: "seen", type: "bigint", path: ["seen"], required: false },
];

/** By the table's name in Pulumi: where it is, and its columns and partition. */
async function tablesOf(topic: string) {
  const program = () => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const database = (layer: Layer) => new glue.CatalogDatabase(layer, { name: names.database(layer) });
    const databases = { raw: database("raw"), curated: database("curated"), semantic: database("semantic") };
    const args = { names, topic, settings: { columns: COLUMNS }, bucket: pulumi.output("lake"), databases };
    topicTables("lake", args, { parent, protect: false });
  };
  const tables = inputsOf(await registrations(program), "aws:glue/catalogTable:CatalogTable");
  return Object.fromEntries(
    Object.entries(tables).map(([name, inputs]) => {
      const { location, schema, partitionSpec } = inputs.openTableFormatInput.icebergInput.icebergTableInput;
      const columns = schema.fields.map((field: { name: string }) => field.name);
      const partition = partitionSpec.fields[0].name;
      return [name, { at: `${inputs.databaseName}.${inputs.name}`, location, columns, partition }];
    }),
  );
}

const namesOf = (columns: readonly { name: string }[]) => columns.map(({ name }) => name);

describe("a topic's tables", () => {
  let tables: Awaited<ReturnType<typeof tablesOf>>;
  before(async () => {
    tables = await tablesOf("order-events");
  });

  it("are one in each layer and one for what is rejected, and no view, which is the refinery's", () => {
    assert.deepEqual(
      Object.entries(tables).map(([name, { at, location }]) => [name, at, location]),
      [
        ["lake-raw-order-events", "lean_ops_test_raw.order_events", "s3://lake/raw/order_events/"],
        ["lake-curated-order-events", "lean_ops_test_curated.order_events", "s3://lake/curated/order_events/"],
        ["lake-semantic-order-events", "lean_ops_test_semantic.order_events", "s3://lake/semantic/order_events/"],
        [
          "lake-rejected-order-events",
          "lean_ops_test_semantic.order_events_rejected",
          "s3://lake/semantic/order_events_rejected/",
        ],
      ],
    );
  });

  it("have the columns that the refinery's statements name", () => {
    const columns = Object.values(tables).map((table) => table.columns);
    assert.deepEqual(columns, [
      namesOf(ENVELOPE_COLUMNS),
      namesOf(ENVELOPE_COLUMNS),
      [...namesOf(SEMANTIC_ENVELOPE), "amount", "seen"],
      namesOf(REJECTED_COLUMNS),
    ]);
  });

  it("have the names that the refinery's statements say", () => {
    for (const topic of ["orders", "order-events", "a-b-c"]) {
      assert.deepEqual([names.table(topic), names.rejectedTable(topic)], [tableName(topic), rejectedName(topic)]);
    }
  });

  it("are partitioned by day where Firehose writes, and by month where Athena does", () => {
    const partitions = Object.values(tables).map(({ partition }) => partition);
    const month = "publish_time_month";
    assert.deepEqual(partitions, ["publish_time_day", month, month, month]);
  });
});
