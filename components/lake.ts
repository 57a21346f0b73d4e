import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as glue from "@pulumi/aws/glue/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BALANCE_COLUMNS } from "../functions/water-balance/statements.ts";
import type { Layer, Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import { icebergTable } from "./iceberg-table.ts";
import type { Placement } from "./policy.ts";
import { QueryWorkgroup } from "./query-workgroup.ts";
import { TableOptimization } from "./table-optimization.ts";
import { type TopicTables, topicTables } from "./topic-tables.ts";

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

const DESCRIPTIONS: Readonly<Record<Layer, string>> = {
  raw: "Every event as it was received",
  curated: "Every event once",
  semantic: "Every event once, typed, or rejected with its reason; the current view of each topic; the water balance",
};

/**
 * The bucket of the tables, the databases, each topic's tables, and what keeps them small; the workgroup that queries
 * them, and what the refinery knows of them.
 */
export class Lake extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly databases: Readonly<Record<Layer, glue.CatalogDatabase>>;
  /** By topic. */
  readonly tables: Readonly<Record<string, TopicTables>>;
  /** What every run of the refinery reports to. */
  readonly balanceTable: glue.CatalogTable;
  readonly optimization: TableOptimization;
  readonly queries: QueryWorkgroup;
  /** What the refinery knows of each topic, and its lock. */
  readonly progress: dynamodb.Table;

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

    const databaseOf = (layer: Layer) =>
      new glue.CatalogDatabase(
        `${name}-${layer}`,
        { name: names.database(layer), description: DESCRIPTIONS[layer] },
        { parent: this, protect },
      );
    this.databases = { raw: databaseOf("raw"), curated: databaseOf("curated"), semantic: databaseOf("semantic") };

    const bucket = this.bucket.bucket;
    this.tables = Object.fromEntries(
      Object.entries(settings.topics).map(([topic, topicSettings]) => [
        topic,
        topicTables(
          name,
          { names, topic, settings: topicSettings, bucket, databases: this.databases },
          { parent: this, protect },
        ),
      ]),
    );
    this.balanceTable = icebergTable(
      `${name}-balance`,
      {
        tableName: names.balanceTable,
        database: this.databases.semantic,
        location: pulumi.interpolate`s3://${bucket}/semantic/${names.balanceTable}/`,
        columns: BALANCE_COLUMNS,
        partition: { column: "checked_at", by: "month" },
      },
      { parent: this, protect },
    );

    this.optimization = new TableOptimization(
      `${name}-optimization`,
      {
        names,
        placement,
        by: settings.lake.optimizers,
        bucket: this.bucket,
        key: args.key,
        databases: Object.values(this.databases),
        tables: { ...eachTable(this.tables), balance: this.balanceTable },
      },
      { parent: this },
    );

    this.queries = new QueryWorkgroup(
      `${name}-queries`,
      { names, settings, placement, key: args.key, accessLogs: args.accessLogs },
      { parent: this },
    );

    this.progress = new dynamodb.Table(
      `${name}-progress`,
      {
        name: names.refineryTable,
        billingMode: "PAY_PER_REQUEST",
        hashKey: "kind",
        rangeKey: "id",
        attributes: [
          { name: "kind", type: "S" },
          { name: "id", type: "S" },
        ],
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: args.key },
        deletionProtectionEnabled: protect,
      },
      { parent: this, protect },
    );

    this.registerOutputs();
  }
}

/** By layer and topic, as the optimizers' names have them. */
function eachTable(tables: Readonly<Record<string, TopicTables>>): Record<string, glue.CatalogTable> {
  return Object.fromEntries(
    Object.entries(tables).flatMap(([topic, ofTopic]) =>
      Object.entries(ofTopic).map(([kind, table]: [string, glue.CatalogTable]) => [`${kind}-${topic}`, table]),
    ),
  );
}
