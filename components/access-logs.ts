import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type AccessLogTarget, HardenedBucket } from "./hardened-bucket.ts";
import type { Placement } from "./policy.ts";

export interface AccessLogsArgs {
  names: Names;
  settings: Pick<Settings, "logs" | "deletionProtection">;
  placement: Placement;
}

/** A log is written once; this is the time to notice that one was deleted. */
const NONCURRENT_DAYS = 7;

/**
 * Where S3 writes who read and wrote what in the stack's buckets. S3 delivers to a bucket with its own encryption only
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
 */
export class AccessLogs extends pulumi.ComponentResource {
  readonly target: AccessLogTarget;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:AccessLogs", name, {}, opts);
    const { names, settings } = args;
    const account = pulumi.output(args.placement.account);

    const { bucket, policy } = new HardenedBucket(
      name,
      {
        bucketName: account.apply(names.accessLogBucket),
        noncurrentDays: NONCURRENT_DAYS,
        expirationDays: settings.logs.retentionDays,
        protect: settings.deletionProtection,
        statements: (bucketArn) => [
          {
            Sid: "Deliver",
            Effect: "Allow",
            Principal: { Service: "logging.s3.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: pulumi.interpolate`${bucketArn}/*`,
            Condition: {
              ArnLike: { "aws:SourceArn": account.apply((id) => `arn:aws:s3:::${names.prefix}-*-${id}`) },
              StringEquals: { "aws:SourceAccount": account },
            },
          },
        ],
      },
      { parent: this },
    );
    this.target = { bucket: bucket.bucket, ways: [policy] };

    this.registerOutputs();
  }
}
