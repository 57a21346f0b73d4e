import assert from "node:assert/strict";
import { Lake } from "../../components/lake.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { ACCESS_LOGS, KEYS } from "../support/security.ts";

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const OPTIMIZER = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer";

const columns = [
  { name: "amount", type: "decimal(18,2)", path: ["total", "amount"], required: true },
  { name: "seen", type: "bigint", path: ["seen"], required: false },
];
const topic = { maximumConcurrency: 2, columns: [], required: [], retired: false };
const settings = {
  topics: { "order-events": { ...topic, columns }, payments: topic },
  lake: { optimizers: "table" as const, scanLimitGb: 100, resultDays: 7 },
  deletionProtection: true,
};

function lake(preview = false) {
  const names = namesFor("lean-ops", "test");
  return registrations(
    () => new Lake("lake", { names, settings, placement: PLACEMENT, key: KEYS.data, accessLogs: ACCESS_LOGS }),
    { preview },
  );
}

describe("Lake", () => {
  it("makes four tables a topic, one for the water balance, and what maintains and queries them", async () => {
    const { [DATABASE]: databases, [TABLE]: tables, [OPTIMIZER]: optimizers, ...others } = namesByType(await lake());
    assert.deepEqual(databases, ["lake-curated", "lake-raw", "lake-semantic"]);
    assert.deepEqual(tables, [
      "lake-balance",
      ...["curated", "raw", "rejected", "semantic"].flatMap((kind) => [
        `lake-${kind}-order-events`,
        `lake-${kind}-payments`,
      ]),
    ]);
    assert.equal(optimizers?.length, 3 * (4 * 2 + 1));
    assert.deepEqual(Object.keys(others), [
      "aws:athena/workgroup:Workgroup",
      "aws:dynamodb/table:Table",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketLogging:BucketLogging",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "lean-ops:index:HardenedBucket",
      "lean-ops:index:Lake",
      "lean-ops:index:QueryWorkgroup",
      "lean-ops:index:TableOptimization",
    ]);
  });

  it("names the bucket for the account and the database without dashes", async () => {
    const found = await lake();
    assert.equal(inputsOf(found, "aws:s3/bucket:Bucket")["lake-bucket"]?.bucket, "lean-ops-test-lake-123456789012");
    assert.deepEqual(inputsOf(found, DATABASE)["lake-raw"], {
      name: "lean_ops_test_raw",
      description: "Every event as it was received",
    });
  });

  it("makes a RAW table in Iceberg's second format, partitioned by the day of publishing", async () => {
    assert.deepEqual(inputsOf(await lake(), TABLE)["lake-raw-order-events"], {
      name: "order_events",
      databaseName: "lean_ops_test_raw",
      openTableFormatInput: {
        icebergInput: {
          metadataOperation: "CREATE",
          version: "2",
          icebergTableInput: {
            location: "s3://lean-ops-test-lake-123456789012/raw/order_events/",
            schema: {
              schemaId: 0,
              type: "struct",
              fields: [
                { id: 1, name: "topic_name", type: '"string"', required: false },
                { id: 2, name: "message_id", type: '"string"', required: false },
                { id: 3, name: "idempotency_key", type: '"string"', required: false },
                { id: 4, name: "period_reference", type: '"string"', required: false },
                { id: 5, name: "correlation_id", type: '"string"', required: false },
                { id: 6, name: "publish_time", type: '"timestamp"', required: false },
                { id: 7, name: "ingestion_ts", type: '"long"', required: false },
                { id: 8, name: "json_payload", type: '"string"', required: false },
              ],
            },
            partitionSpec: {
              specId: 0,
              fields: [{ fieldId: 1000, sourceId: 6, name: "publish_time_day", transform: "day" }],
            },
          },
        },
      },
    });
  });

  const input = async (name: string) => {
    const { databaseName, openTableFormatInput } = inputsOf(await lake(), TABLE)[name] ?? {};
    const { location, schema, partitionSpec } = openTableFormatInput.icebergInput.icebergTableInput;
    const fields: { name: string; type: string }[] = schema.fields;
    return {
      databaseName,
      location,
      fields: Object.fromEntries(fields.map((field) => [field.name, JSON.parse(field.type)])),
      partition: partitionSpec.fields[0].name,
    };
  };

  it("declares a topic's columns in SEMANTIC, and partitions what is refined by month, as Athena can write it", async () => {
    const { databaseName, location, fields, partition } = await input("lake-semantic-order-events");
    assert.equal(databaseName, "lean_ops_test_semantic");
    assert.equal(location, "s3://lean-ops-test-lake-123456789012/semantic/order_events/");
    assert.deepEqual(Object.keys(fields), [
      ...["topic_name", "message_id", "idempotency_key", "period_reference", "correlation_id", "publish_time"],
      ...["ingestion_ts", "amount", "seen"],
    ]);
    assert.deepEqual([fields.amount, fields.seen, fields.ingestion_ts], ["decimal(18,2)", "long", "long"]);
    assert.equal(partition, "publish_time_month");
    assert.equal((await input("lake-curated-payments")).partition, "publish_time_month");
  });

  it("keeps rejected rows with their payload and the reason, beside SEMANTIC", async () => {
    const { databaseName, location, fields } = await input("lake-rejected-order-events");
    assert.equal(databaseName, "lean_ops_test_semantic");
    assert.equal(location, "s3://lean-ops-test-lake-123456789012/semantic/order_events_rejected/");
    assert.deepEqual(Object.keys(fields).slice(-2), ["json_payload", "reason"]);
  });

  it("reports to a table of its own", async () => {
    const { databaseName, fields, partition } = await input("lake-balance");
    assert.deepEqual([databaseName, fields.day, partition], ["lean_ops_test_semantic", "date", "checked_at_month"]);
  });

  it("remembers by topic, encrypted, and is not deleted", async () => {
    const table = inputsOf(await lake(), "aws:dynamodb/table:Table")["lake-progress"];
    assert.deepEqual(
      [table?.name, table?.hashKey, table?.rangeKey, table?.serverSideEncryption, table?.deletionProtectionEnabled],
      ["lean-ops-test-refinery", "kind", "id", { enabled: true, kmsKeyArn: KEYS.data }, true],
    );
  });

  it("knows in a preview where a table will lie", async () => {
    const { icebergInput } = inputsOf(await lake(true), TABLE)["lake-raw-payments"]?.openTableFormatInput ?? {};
    assert.equal(icebergInput.icebergTableInput.location, "s3://lean-ops-test-lake-123456789012/raw/payments/");
  });
});
