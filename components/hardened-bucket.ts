import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policy.ts";

export interface HardenedBucketArgs {
  bucketName: pulumi.Input<string>;
  key: pulumi.Input<string>;
  /** Days for which a replaced or deleted object can still be had back. */
  noncurrentDays: number;
  /** Whether neither `pulumi destroy` nor a replacement may remove the bucket, or its contents with it. */
  protect: boolean;
}

/** A bucket that nobody reads without TLS or from outside, that encrypts, and that forgets nothing at once. */
export class HardenedBucket extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;

  constructor(name: string, args: HardenedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:HardenedBucket", name, {}, opts);

    this.bucket = new s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: !args.protect },
      { parent: this, protect: args.protect },
    );
    const bucket = this.bucket.bucket;

    const publicAccess = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );

    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.key },
            // One data key for many objects, so that KMS does not become the bill
            // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );

    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );

    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket,
        rules: [
          {
            id: "forget-what-was-replaced",
            status: "Enabled",
            filter: {},
            noncurrentVersionExpiration: { noncurrentDays: args.noncurrentDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      // Before versioning is on there are no noncurrent versions, and S3 may refuse a rule about them.
      { parent: this, dependsOn: [versioning] },
    );

    new s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        policy: policyDocument([
          {
            Sid: "OnlyOverTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [this.bucket.arn, pulumi.interpolate`${this.bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      // S3 answers OperationAborted to two changes of one bucket's access at the same time.
      { parent: this, dependsOn: [publicAccess] },
    );

    this.registerOutputs();
  }
}
