import * as glue from "@pulumi/aws/glue/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import type { Placement } from "./policy.ts";
import { rawTableInput } from "./raw-table.ts";
import { TableOptimization } from "./table-optimization.ts";

export interface LakeArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "lake" | "deletionProtection">;
  placement: Placement;
  /** ARN of the key of data. */
  key: pulumi.Input<string>;
  accessLogs: AccessLogTarget;
}

/** Iceberg deletes files when a snapshot expires; this is the time to notice that it should not have. */
const NONCURRENT_DAYS = 7;

/** The bucket of the tables, the RAW database and a RAW table per topic, and what keeps the tables small. */
export class Lake extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly rawDatabase: glue.CatalogDatabase;
  /** By topic. */
  readonly rawTables: Readonly<Record<string, glue.CatalogTable>>;
  readonly optimization: TableOptimization;

  constructor(name: string, args: LakeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Lake", name, {}, opts);
    const { names, settings, placement } = args;
    const protect = settings.deletionProtection;

    this.bucket = new HardenedBucket(
      name,
      {
        bucketName: pulumi.output(placement.account).apply(names.lakeBucket),
        key: args.key,
        accessLogs: args.accessLogs,
        noncurrentDays: NONCURRENT_DAYS,
        protect,
      },
      { parent: this },
    ).bucket;

    this.rawDatabase = new glue.CatalogDatabase(
      `${name}-raw`,
      { name: names.database("raw"), description: "Every event as it was received" },
      { parent: this, protect },
    );

    const tableOf = (topic: string) =>
      new glue.CatalogTable(
        `${name}-raw-${topic}`,
        {
          name: names.table(topic),
          databaseName: this.rawDatabase.name,
          openTableFormatInput: {
            icebergInput: {
              metadataOperation: "CREATE",
              version: "2",
              icebergTableInput: this.bucket.bucket.apply((bucket) =>
                rawTableInput(`s3://${bucket}/raw/${names.table(topic)}/`),
              ),
            },
          },
        },
        {
          parent: this,
          protect,
          // From here on the table is Iceberg's: each commit moves `metadata_location` in the parameters, and Glue
          // writes the columns itself. The provider would take that for drift, and an update by it drops the pointer,
          // and with it the table (https://github.com/hashicorp/terraform-provider-aws/issues/33370,
          // https://github.com/pulumi/pulumi-aws/issues/4618). Columns are changed with Athena's ALTER TABLE only.
          ignoreChanges: ["openTableFormatInput", "parameters", "storageDescriptor"],
        },
      );
    this.rawTables = Object.fromEntries(Object.keys(settings.topics).map((topic) => [topic, tableOf(topic)]));

    this.optimization = new TableOptimization(
      `${name}-optimization`,
      {
        names,
        placement,
        by: settings.lake.optimizers,
        bucket: this.bucket,
        key: args.key,
        database: this.rawDatabase,
        tables: this.rawTables,
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
