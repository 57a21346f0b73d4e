import * as athena from "@pulumi/aws/athena/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import type { Placement } from "./policy.ts";

export interface QueryWorkgroupArgs {
  names: Names;
  settings: Pick<Settings, "lake" | "deletionProtection">;
  placement: Placement;
  /** Of data. */
  key: pulumi.Input<string>;
  accessLogs: AccessLogTarget;
}

/** Where in the bucket the answers are. */
export const ANSWERS_PREFIX = "answers/";

/** Answers are not data: they can be asked for again. */
const NONCURRENT_DAYS = 1;

const GB = 1_000_000_000;

/**
 * The Athena workgroup of analysts and of the refinery. Its settings hold whatever a client asks for: where answers go,
 * that they are encrypted with the stack's key, and how much a query may scan
 * (https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html).
 */
export class QueryWorkgroup extends pulumi.ComponentResource {
  /** For answers, and for what the refinery's runs write down; it forgets both. */
  readonly bucket: s3.Bucket;
  readonly workgroup: athena.Workgroup;

  constructor(name: string, args: QueryWorkgroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:QueryWorkgroup", name, {}, opts);
    const { names, settings, placement, key } = args;

    this.bucket = new HardenedBucket(
      name,
      {
        bucketName: pulumi.output(placement.account).apply(names.queryBucket),
        key,
        accessLogs: args.accessLogs,
        noncurrentDays: NONCURRENT_DAYS,
        expirationDays: settings.lake.resultDays,
        protect: settings.deletionProtection,
      },
      { parent: this },
    ).bucket;

    this.workgroup = new athena.Workgroup(
      `${name}-workgroup`,
      {
        name: names.workgroup,
        description: `Queries of ${names.prefix}: analysts' and the refinery's`,
        // Otherwise nobody could delete it who has queried once.
        forceDestroy: !settings.deletionProtection,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: settings.lake.scanLimitGb * GB,
          engineVersion: { selectedEngineVersion: "Athena engine version 3" },
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${this.bucket.bucket}/${ANSWERS_PREFIX}`,
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key },
          },
        },
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
