import assert from "node:assert/strict";
import { Lake } from "../../components/lake.ts";
import { RAW_COLUMNS } from "../../components/raw-table.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { ACCESS_LOGS, KEYS } from "../support/security.ts";

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const OPTIMIZER = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer";

const settings = {
  topics: { "order-events": { maximumConcurrency: 2 }, payments: { maximumConcurrency: 2 } },
  lake: { optimizers: "table" as const },
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
  it("makes a bucket, a database and a RAW table per topic, and no table for what is refined later", async () => {
    const { [DATABASE]: databases, [TABLE]: tables, [OPTIMIZER]: optimizers, ...others } = namesByType(await lake());
    assert.deepEqual(databases, ["lake-raw"]);
    assert.deepEqual(tables, ["lake-raw-order-events", "lake-raw-payments"]);
    assert.equal(optimizers?.length, 6);
    assert.deepEqual(Object.keys(others), [
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

  it("names its columns as Iceberg and Glue both can", () => {
    for (const { name } of RAW_COLUMNS) {
      assert.match(name, /^[a-z][a-z0-9_]*$/);
    }
  });

  it("knows in a preview where a table will lie", async () => {
    const { icebergInput } = inputsOf(await lake(true), TABLE)["lake-raw-payments"]?.openTableFormatInput ?? {};
    assert.equal(icebergInput.icebergTableInput.location, "s3://lean-ops-test-lake-123456789012/raw/payments/");
  });
});
