import * as glue from "@pulumi/aws/glue/index.js";
import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import type * as iam from "@pulumi/aws/iam/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { ENCRYPT, keyUse, type Placement, trustOf } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

export interface TableOptimizationArgs {
  names: Names;
  placement: Placement;
  /** Who optimises: each table for itself, or the account's catalog for all. */
  by: Settings["lake"]["optimizers"];
  bucket: s3.Bucket;
  /** Of the bucket. */
  key: pulumi.Input<string>;
  databases: readonly glue.CatalogDatabase[];
  /** By what their optimizers are named after. */
  tables: Readonly<Record<string, glue.CatalogTable>>;
}

/** Snapshots are for looking back at a mistake; the rows themselves stay. */
const SNAPSHOT_DAYS = 5;

/** Longer than any writer takes between writing a file and committing it. */
const ORPHAN_DAYS = 3;

/** Each optimizer's log group is its name's: https://docs.aws.amazon.com/glue/latest/dg/optimization-prerequisites.html */
const LOG_GROUPS = ["iceberg-compaction", "iceberg-retention", "iceberg-orphan-file-deletion"];

/**
 * Compaction, expiry of snapshots and deletion of orphan files
 * (https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html).
 *
 * With many tables the account's default catalog does it. That catalog exists once for the account, whoever uses it: no
 * stack can make it, an update replaces all of its properties, and Glue takes optimizers only in an update. So the
 * stack makes the role, and says in {@link catalogOptimization} what an operator hands to
 * `aws glue update-catalog --cli-input-json` once (https://docs.aws.amazon.com/glue/latest/dg/enable-auto-table-optimizers.html).
 */
export class TableOptimization extends pulumi.ComponentResource {
  readonly role: iam.Role;
  /** Input of Glue's UpdateCatalog, where the catalog optimises. */
  readonly catalogOptimization: pulumi.Output<CatalogOptimization> | undefined;

  constructor(name: string, args: TableOptimizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:TableOptimization", name, {}, opts);
    const { names, placement } = args;

    const { role, policy } = serviceRole(
      name,
      {
        roleName: names.optimizerRole,
        trust: trustOf("glue.amazonaws.com"),
        statements: permissions(args),
        placement,
      },
      this,
    );
    this.role = role;

    if (args.by === "catalog") {
      this.catalogOptimization = pulumi.all([placement.account, this.role.arn]).apply(catalogOptimization);
    } else {
      for (const [of, table] of Object.entries(args.tables)) {
        for (const { type, configuration } of OPTIMIZERS) {
          new glue.CatalogTableOptimizer(
            `${name}-${type}-${of}`,
            {
              catalogId: placement.account,
              databaseName: table.databaseName,
              tableName: table.name,
              type,
              configuration: { ...configuration, enabled: true, roleArn: this.role.arn },
            },
            // Glue tries the role when an optimizer is made.
            { parent: this, dependsOn: [policy] },
          );
        }
      }
    }

    this.registerOutputs();
  }
}

const OPTIMIZERS = [
  { type: "compaction", configuration: {} },
  {
    type: "retention",
    configuration: {
      retentionConfiguration: {
        icebergConfiguration: {
          snapshotRetentionPeriodInDays: SNAPSHOT_DAYS,
          numberOfSnapshotsToRetain: 1,
          // Otherwise Glue forgets the snapshots and keeps their files.
          cleanExpiredFiles: true,
        },
      },
    },
  },
  {
    type: "orphan_file_deletion",
    configuration: {
      orphanFileDeletionConfiguration: { icebergConfiguration: { orphanFileRetentionPeriodInDays: ORPHAN_DAYS } },
    },
  },
];

/** The part of UpdateCatalog's input that switches the optimizers on; the values of the maps are text. */
export interface CatalogOptimization {
  CatalogId: string;
  CatalogInput: {
    CatalogProperties: {
      IcebergOptimizationProperties: {
        RoleArn: string;
        Compaction: Record<string, string>;
        Retention: Record<string, string>;
        OrphanFileDeletion: Record<string, string>;
      };
    };
  };
}

function catalogOptimization([account, roleArn]: [string, string]): CatalogOptimization {
  return {
    CatalogId: account,
    CatalogInput: {
      CatalogProperties: {
        // AWS documents these as maps of text without naming the keys: `enabled` is known to work, the others are the
        // table optimizers' own [?] (https://docs.aws.amazon.com/glue/latest/webapi/API_IcebergOptimizationProperties.html).
        IcebergOptimizationProperties: {
          RoleArn: roleArn,
          Compaction: { enabled: "true" },
          Retention: {
            enabled: "true",
            snapshotRetentionPeriodInDays: String(SNAPSHOT_DAYS),
            numberOfSnapshotsToRetain: "1",
            cleanExpiredFiles: "true",
          },
          OrphanFileDeletion: { enabled: "true", orphanFileRetentionPeriodInDays: String(ORPHAN_DAYS) },
        },
      },
    },
  };
}

/** As https://docs.aws.amazon.com/glue/latest/dg/optimization-prerequisites.html, narrowed to this stack's tables. */
function permissions({ placement, bucket, key, databases }: TableOptimizationArgs): PolicyStatement[] {
  const { account, region } = placement;
  const glueArn = pulumi.interpolate`arn:aws:glue:${region}:${account}`;
  return [
    {
      Sid: "TableFiles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: pulumi.interpolate`${bucket.arn}/*`,
    },
    { Sid: "ListTableFiles", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    keyUse({ sid: "TableFilesKey", key, actions: ENCRYPT, via: ["s3"] }, placement),
    {
      Sid: "Tables",
      Effect: "Allow",
      Action: ["glue:GetTable", "glue:UpdateTable"],
      Resource: [
        pulumi.interpolate`${glueArn}:catalog`,
        ...databases.flatMap(({ arn, name }) => [arn, pulumi.interpolate`${glueArn}:table/${name}/*`]),
      ],
    },
    {
      Sid: "Logs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: LOG_GROUPS.map(
        (group) => pulumi.interpolate`arn:aws:logs:${region}:${account}:log-group:/aws-glue/${group}/logs:*`,
      ),
    },
  ];
}
