import type * as kinesis from "@pulumi/aws/kinesis/index.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { RUNS_PREFIX } from "../functions/refinery-plan/plan-item.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import type { Lake } from "./lake.ts";
import { DECRYPT, keyUse, type Placement, tellsWhatIsMissing } from "./policy.ts";

export interface WaterBalanceArgs {
  names: Names;
  settings: Pick<Settings, "balance">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  /** Of data. */
  dataKey: pulumi.Input<string>;
  lake: Pick<Lake, "databases" | "queries" | "progress">;
  /** What the ingestion's numbers come from. */
  processor: lambda.Function;
  archiver: lambda.Function;
  deliveryStream: kinesis.FirehoseDeliveryStream;
}

/** 1,000 topics are read and written in some ten seconds; nothing waits in a queue for this function. */
const TIMEOUT_SECONDS = 120;

/**
 * What compares the layers' counts at the end of each run of the refinery, and tells of every difference. Its alarms are
 * with the others, in observability.
 */
export class WaterBalance extends pulumi.ComponentResource {
  readonly comparer: HardenedFunction;

  constructor(name: string, args: WaterBalanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:WaterBalance", name, {}, opts);
    const { names, settings, placement, dataKey, lake } = args;
    const { curated, semantic } = lake.databases;
    const glueArn = pulumi.interpolate`arn:aws:glue:${placement.region}:${placement.account}`;

    this.comparer = new HardenedFunction(
      name,
      {
        ...args.functionDefaults,
        functionName: names.functionName("water-balance"),
        description: "Compares RAW, CURATED and SEMANTIC, and tells of every difference",
        code: bundle("functions/water-balance/index.ts"),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMb: 1024,
        environment: {
          CURATED_DATABASE: curated.name,
          SEMANTIC_DATABASE: semantic.name,
          REFINERY_TABLE: lake.progress.name,
          RESULTS_BUCKET: lake.queries.bucket.bucket,
          GRACE_MINUTES: String(settings.balance.graceMinutes),
          TOLERANCE_PERCENT: String(settings.balance.tolerancePercent),
          BALANCE_DAYS: String(settings.balance.days),
          PROCESSOR_FUNCTION: args.processor.name,
          ARCHIVE_FUNCTION: args.archiver.name,
          DELIVERY_STREAM: args.deliveryStream.name,
        },
        statements: [
          {
            Sid: "ReadRun",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: pulumi.interpolate`${lake.queries.bucket.arn}/${RUNS_PREFIX}*`,
          },
          // A run may have failed before it wrote anything.
          tellsWhatIsMissing(lake.queries.bucket.arn),
          {
            Sid: "ReadCatalog",
            Effect: "Allow",
            Action: "glue:GetTables",
            Resource: [
              pulumi.interpolate`${glueArn}:catalog`,
              ...[curated, semantic].flatMap((database) => [
                database.arn,
                pulumi.interpolate`${glueArn}:table/${database.name}/*`,
              ]),
            ],
          },
          {
            Sid: "Remember",
            Effect: "Allow",
            Action: ["dynamodb:Query", "dynamodb:UpdateItem"],
            Resource: lake.progress.arn,
          },
          {
            // It has no resource to narrow this to:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
            Sid: "ReadMetrics",
            Effect: "Allow",
            Action: "cloudwatch:GetMetricData",
            Resource: "*",
          },
          keyUse({ sid: "DataKey", key: dataKey, actions: DECRYPT, via: ["s3", "dynamodb"] }, placement),
        ],
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
