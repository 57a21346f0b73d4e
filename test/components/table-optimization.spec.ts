import assert from "node:assert/strict";
import * as glue from "@pulumi/aws/glue/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { TableOptimization, type TableOptimizationArgs } from "../../components/table-optimization.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, PLACEMENT, type Registration, registrations } from "../support/mocks.ts";
import { KEYS, keyStatement } from "../support/security.ts";

const OPTIMIZER = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer";
const ROLE_ARN = "arn:aws:iam::123456789012:role/lean-ops-test-table-optimizer";

/** What was registered, and what the operator is told to hand to AWS. */
async function optimization(by: TableOptimizationArgs["by"], preview = false) {
  let told: pulumi.Output<unknown> | undefined;
  const found: Registration[] = await registrations(
    () => {
      const bucket = new s3.Bucket("bucket", { bucket: "lean-ops-test-lake" });
      const database = new glue.CatalogDatabase("raw", { name: "lean_ops_test_raw" });
      const refined = new glue.CatalogDatabase("curated", { name: "lean_ops_test_curated" });
      const table = new glue.CatalogTable("orders", { name: "orders", databaseName: database.name });
      const tables = { orders: table };
      const args = {
        names: namesFor("lean-ops", "test"),
        placement: PLACEMENT,
        by,
        bucket,
        databases: [database, refined],
        tables,
        key: KEYS.data,
      };
      told = new TableOptimization("upkeep", args).catalogOptimization;
    },
    { preview },
  );
  return { found, told };
}

function resolved(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("TableOptimization", () => {
  it("by table: compacts, expires snapshots and deletes orphan files of each table", async () => {
    const { found, told } = await optimization("table");
    const table = {
      catalogId: "123456789012",
      databaseName: "lean_ops_test_raw",
      tableName: "orders",
    };
    const common = { enabled: true, roleArn: ROLE_ARN };
    assert.deepEqual(inputsOf(found, OPTIMIZER), {
      "upkeep-compaction-orders": { ...table, type: "compaction", configuration: common },
      "upkeep-retention-orders": {
        ...table,
        type: "retention",
        configuration: {
          ...common,
          retentionConfiguration: {
            icebergConfiguration: {
              snapshotRetentionPeriodInDays: 5,
              numberOfSnapshotsToRetain: 1,
              cleanExpiredFiles: true,
            },
          },
        },
      },
      "upkeep-orphan_file_deletion-orders": {
        ...table,
        type: "orphan_file_deletion",
        configuration: {
          ...common,
          orphanFileDeletionConfiguration: { icebergConfiguration: { orphanFileRetentionPeriodInDays: 3 } },
        },
      },
    });
    assert.equal(told, undefined);
  });

  it("by catalog: makes no optimizer, and says what an operator hands to AWS", async () => {
    const { found, told } = await optimization("catalog");
    assert.deepEqual(inputsOf(found, OPTIMIZER), {});
    assert(told !== undefined);
    assert.deepEqual(await resolved(told), {
      CatalogId: "123456789012",
      CatalogInput: {
        CatalogProperties: {
          IcebergOptimizationProperties: {
            RoleArn: ROLE_ARN,
            Compaction: { enabled: "true" },
            Retention: {
              enabled: "true",
              snapshotRetentionPeriodInDays: "5",
              numberOfSnapshotsToRetain: "1",
              cleanExpiredFiles: "true",
            },
            OrphanFileDeletion: { enabled: "true", orphanFileRetentionPeriodInDays: "3" },
          },
        },
      },
    });
  });

  for (const by of ["table", "catalog"] as const) {
    it(`by ${by}: Glue takes a role that reaches this stack's tables and nothing else`, async () => {
      const { found } = await optimization(by);
      const role = inputsOf(found, "aws:iam/role:Role")["upkeep-role"];
      assert.deepEqual(JSON.parse(role?.assumeRolePolicy).Statement, [
        { Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
      const policy = inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["upkeep-policy"];
      assert.equal(policy?.role, "lean-ops-test-table-optimizer");
      const logs = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws-glue";
      assert.deepEqual(JSON.parse(policy?.policy).Statement, [
        {
          Sid: "TableFiles",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
          Resource: "arn:aws:s3:::lean-ops-test-lake/*",
        },
        {
          Sid: "ListTableFiles",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::lean-ops-test-lake",
        },
        keyStatement("TableFilesKey", "data", ["GenerateDataKey", "Decrypt"], ["s3"]),
        {
          Sid: "Tables",
          Effect: "Allow",
          Action: ["glue:GetTable", "glue:UpdateTable"],
          Resource: [
            "arn:aws:glue:eu-west-1:123456789012:catalog",
            "arn:aws:glue:eu-west-1:123456789012:database/lean_ops_test_raw",
            "arn:aws:glue:eu-west-1:123456789012:table/lean_ops_test_raw/*",
            "arn:aws:glue:eu-west-1:123456789012:database/lean_ops_test_curated",
            "arn:aws:glue:eu-west-1:123456789012:table/lean_ops_test_curated/*",
          ],
        },
        {
          Sid: "Logs",
          Effect: "Allow",
          Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [
            `${logs}/iceberg-compaction/logs:*`,
            `${logs}/iceberg-retention/logs:*`,
            `${logs}/iceberg-orphan-file-deletion/logs:*`,
          ],
        },
      ]);
    });

    it(`by ${by}: can be previewed`, async () => {
      const { found } = await optimization(by, true);
      assert(pulumi.isUnknown(inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["upkeep-policy"]?.policy));
    });
  }
});
