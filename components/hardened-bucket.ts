import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policy.ts";

export interface HardenedBucketArgs {
  bucketName: pulumi.Input<string>;
  /** ARN of the key that encrypts the objects; without it S3 does by itself, as a bucket of access logs needs it. */
  key?: pulumi.Input<string>;
  /** Days for which a replaced or deleted object can still be had back. */
  noncurrentDays: number;
  /** Days after which an object is deleted; by default it never is. */
  expirationDays?: number;
  /** Where S3 writes who read and wrote what; not for the bucket that these logs are in. */
  accessLogs?: AccessLogTarget;
  /** Whether neither `pulumi destroy` nor a replacement may remove the bucket, or its contents with it. */
  protect: boolean;
  /** What others may do here besides the account's own roles, which their own policies let. */
  statements?(bucketArn: pulumi.Output<string>): PolicyStatement[];
}

export interface AccessLogTarget {
  bucket: pulumi.Input<string>;
  /** What must exist before S3 can write there. */
  ways: readonly pulumi.Resource[];
}

/** A bucket that nobody reads without TLS or from outside, that encrypts, and that forgets nothing at once. */
export class HardenedBucket extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly policy: s3.BucketPolicy;

  constructor(name: string, args: HardenedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:HardenedBucket", name, {}, opts);
    const { protect, accessLogs } = args;

    this.bucket = new s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: !protect },
      { parent: this, protect, retainOnDelete: protect },
    );
    const bucket = this.bucket.bucket;

    const publicAccess = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );

    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [encryptionRule(args.key)] },
      { parent: this },
    );

    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );

    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: lifecycleRules(args) },
      // Before versioning is on there are no noncurrent versions, and S3 may refuse a rule about them.
      { parent: this, dependsOn: [versioning] },
    );

    this.policy = new s3.BucketPolicy(
      `${name}-policy`,
      { bucket, policy: policyDocument(policyStatements(this.bucket.arn, args)) },
      // S3 answers OperationAborted to two changes of one bucket's access at the same time.
      { parent: this, dependsOn: [publicAccess] },
    );

    if (accessLogs !== undefined) {
      new s3.BucketLogging(
        `${name}-logging`,
        { bucket, targetBucket: accessLogs.bucket, targetPrefix: pulumi.interpolate`${bucket}/` },
        { parent: this, dependsOn: [...accessLogs.ways] },
      );
    }

    this.registerOutputs();
  }
}

function encryptionRule(key: pulumi.Input<string> | undefined) {
  return key === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        // One data key for many objects, so that KMS does not become the bill
        // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
        bucketKeyEnabled: true,
      };
}

function lifecycleRules({ noncurrentDays, expirationDays }: HardenedBucketArgs) {
  return [
    {
      id: "forget-what-was-replaced",
      status: "Enabled",
      filter: {},
      noncurrentVersionExpiration: { noncurrentDays },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
    ...(expirationDays === undefined
      ? []
      : [{ id: "forget-what-is-old", status: "Enabled", filter: {}, expiration: { days: expirationDays } }]),
  ];
}

function policyStatements(
  bucketArn: pulumi.Output<string>,
  { key, statements }: HardenedBucketArgs,
): PolicyStatement[] {
  const objects = pulumi.interpolate`${bucketArn}/*`;
  const onlyEncrypted = (encryptionKey: pulumi.Input<string>): PolicyStatement[] => {
    // Who asks for no encryption gets the bucket's own, and its request has neither of these keys
    // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
    const header = "s3:x-amz-server-side-encryption";
    const refused = (sid: string, asked: string, only: pulumi.Input<string>): PolicyStatement => ({
      Sid: sid,
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: objects,
      Condition: { Null: { [asked]: "false" }, StringNotEquals: { [asked]: only } },
    });
    return [refused("OnlyByKms", header, "aws:kms"), refused("OnlyOwnKey", `${header}-aws-kms-key-id`, encryptionKey)];
  };
  return [
    {
      Sid: "OnlyOverTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn, objects],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...(key === undefined ? [] : onlyEncrypted(key)),
    ...(statements?.(bucketArn) ?? []),
  ];
}
