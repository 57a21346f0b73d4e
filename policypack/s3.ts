import { isPublic, requiresTls, some, statementsOf } from "./core/document.ts";
import { type Description, type Policy, resourcePolicy, stackPolicy, type Values } from "./core/policy.ts";
import type { Attachments, Resource, Stack } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import {
  BUCKET,
  BUCKET_ACL,
  BUCKET_ENCRYPTION,
  BUCKET_LIFECYCLE,
  BUCKET_LOGGING,
  BUCKET_OWNERSHIP,
  BUCKET_POLICY,
  BUCKET_PUBLIC_ACCESS_BLOCK,
  BUCKET_VERSIONING,
  KEY,
} from "./core/types.ts";

const BEST_PRACTICES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html";

export const publicAccessBlocked = bucketPolicy({
  name: "s3-public-access-blocked",
  description: "A bucket blocks all public access.",
  level: "mandatory",
  severity: "critical",
  reason: "One mistake in a policy or an ACL would otherwise publish the data.",
  fix: "Add a BucketPublicAccessBlock with all four settings on.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  peers: { cdkNag: ["S2"], checkov: ["CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"] },
  type: BUCKET_PUBLIC_ACCESS_BLOCK,
  otherwise: "does not block public access",
  holds: (block) =>
    all(
      ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((name) =>
        block.at(name).is(true),
      ),
    ),
});

export const bucketCustomerKey = bucketPolicy({
  name: "s3-customer-key",
  description: "A bucket encrypts with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason: "Whoever may read the bucket otherwise also decrypts, with no second permission to give or to take away.",
  fix: 'Add a BucketServerSideEncryptionConfiguration with sseAlgorithm "aws:kms" and a kmsMasterKeyId.',
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
  peers: { checkov: ["CKV_AWS_19", "CKV_AWS_145"] },
  type: BUCKET_ENCRYPTION,
  otherwise: "does not encrypt with a key of its own",
  // S3 delivers its access logs to no bucket that encrypts with KMS:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
  spares: (stack) => stack.attached(BUCKET_LOGGING, "targetBucket", ...BUCKET),
  holds: (encryption) => {
    const fromKey = encryption.sources("rules").some((urn) => urn.split("::")[2]?.endsWith(KEY));
    return some(encryption.at("rules").items, (rule) => {
      const byDefault = rule.at("applyServerSideEncryptionByDefault");
      const { isSet } = byDefault.at("kmsMasterKeyId");
      return all(
        byDefault.at("sseAlgorithm").is("aws:kms", "aws:kms:dsse"),
        isSet instanceof Unknown && fromKey ? true : isSet,
      );
    });
  },
});

export const bucketKey = bucketPolicy({
  name: "s3-bucket-key",
  description: "A bucket with a customer-managed key uses a bucket key.",
  level: "advisory",
  severity: "low",
  reason: "Otherwise S3 asks KMS for every object, at a price and against a quota.",
  fix: "Set bucketKeyEnabled on the encryption rule.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
  type: BUCKET_ENCRYPTION,
  otherwise: "asks KMS for every object",
  optional: true,
  holds: (encryption) =>
    some(encryption.at("rules").items, (rule) =>
      any(
        rule.at("bucketKeyEnabled").is(true),
        not(rule.at("applyServerSideEncryptionByDefault", "sseAlgorithm").is("aws:kms", "aws:kms:dsse")),
      ),
    ),
});

export const bucketTlsOnly = bucketPolicy({
  name: "s3-tls-only",
  description: "A bucket's policy refuses requests without TLS.",
  level: "mandatory",
  severity: "medium",
  reason: "S3 also answers over plain HTTP, where anybody on the way can read.",
  fix: "Add a BucketPolicy that denies s3:* where aws:SecureTransport is false.",
  url: BEST_PRACTICES,
  peers: { cdkNag: ["S10"], checkov: ["CKV_AWS_379"] },
  type: [BUCKET_POLICY],
  own: "policy",
  otherwise: "takes requests without TLS",
  holds: (policy) => requiresTls(policy.at("policy")),
});

export const bucketVersioning = bucketPolicy({
  name: "s3-versioning",
  description: "A bucket keeps the versions of its objects.",
  level: "advisory",
  severity: "medium",
  reason: "What is overwritten or deleted by mistake can then be had back.",
  fix: "Add a BucketVersioning with the status Enabled.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  peers: { checkov: ["CKV_AWS_21"] },
  type: BUCKET_VERSIONING,
  otherwise: "keeps no versions",
  holds: (versioning) => versioning.at("versioningConfiguration", "status").is("Enabled"),
});

export const bucketLifecycle = bucketPolicy({
  name: "s3-lifecycle",
  description: "A bucket has lifecycle rules.",
  level: "advisory",
  severity: "low",
  reason: "Old versions otherwise stay, and are paid for, for ever.",
  fix: "Add a BucketLifecycleConfiguration.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
  peers: { checkov: ["CKV2_AWS_61"] },
  type: BUCKET_LIFECYCLE,
  otherwise: "has no lifecycle rules",
  holds: (lifecycle) => some(lifecycle.at("rules").items, (rule) => rule.at("status").is("Enabled")),
});

export const abortUploads = bucketPolicy({
  name: "s3-abort-uploads",
  description: "A bucket forgets uploads that nobody completed.",
  level: "advisory",
  severity: "low",
  reason: "Their parts are in no listing, and are paid for.",
  fix: "Set abortIncompleteMultipartUpload.daysAfterInitiation in a lifecycle rule.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
  peers: { checkov: ["CKV_AWS_300"] },
  type: BUCKET_LIFECYCLE,
  otherwise: "keeps uploads that nobody completed",
  holds: (lifecycle) =>
    some(lifecycle.at("rules").items, (rule) =>
      all(rule.at("status").is("Enabled"), rule.at("abortIncompleteMultipartUpload", "daysAfterInitiation").isSet),
    ),
});

export const accessLogs = stackPolicy({
  name: "s3-access-logs",
  description: "A bucket logs who reads and writes it.",
  level: "advisory",
  severity: "low",
  reason: "After an incident the log is what tells which objects were read.",
  fix: "Add a BucketLogging to a bucket that is for logs.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
  peers: { awsguard: ["s3-bucket-logging-enabled"], cdkNag: ["S1"], checkov: ["CKV_AWS_18"] },
  check(stack, { expect }) {
    const logged = stack.attached(BUCKET_LOGGING, "bucket", ...BUCKET);
    const targets = stack.attached(BUCKET_LOGGING, "targetBucket", ...BUCKET);
    for (const bucket of stack.ofType(...BUCKET)) {
      const isLogged = any(
        logged.isAttached(bucket),
        bucket.at("logging", "targetBucket").isSet,
        bucket.at("loggings", 0).isSet,
      );
      // A bucket that logged to itself would never come to an end.
      expect(bucket, any(isLogged, targets.isAttached(bucket)), "does not log who uses it");
    }
  },
});

export const aclsOff = stackPolicy({
  name: "s3-acls-off",
  description: "A bucket has no access control lists.",
  level: "mandatory",
  severity: "high",
  reason: "With lists each object can have readers of its own, whom no policy shows.",
  fix: "Remove the ACL, and the ownership controls or set them to BucketOwnerEnforced, as is the default.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  peers: { checkov: ["CKV2_AWS_65", "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_43"] },
  check(stack, { expect }) {
    const controls = stack.attached(BUCKET_OWNERSHIP, "bucket", ...BUCKET);
    const lists = stack.attached(BUCKET_ACL, "bucket", ...BUCKET);
    for (const bucket of stack.ofType(...BUCKET)) {
      const isOff = all(
        ...(controls.get(bucket) ?? []).map((one) => one.at("rule", "objectOwnership").is("BucketOwnerEnforced")),
        not(lists.isAttached(bucket)),
        any(bucket.at("acl").isAbsent, bucket.at("acl").is("private")),
      );
      expect(bucket, isOff, "has access control lists");
    }
  },
});

export const bucketNotPublic = resourcePolicy({
  name: "s3-not-public",
  type: BUCKET_POLICY,
  description: "A bucket's policy admits nobody whom it does not name.",
  level: "mandatory",
  severity: "critical",
  reason: "A principal of * without a condition publishes the data.",
  fix: "Name the principal, or limit the statement by aws:SourceArn, aws:SourceVpce or aws:PrincipalOrgID.",
  url: BEST_PRACTICES,
  peers: { cdkNag: ["S5"], checkov: ["CKV_AWS_70"] },
  check: (policy, { expect }) =>
    expect(policy, not(some(statementsOf(policy.at("policy")), isPublic)), "admits everybody"),
});

export const bucketNoLockOut = resourcePolicy({
  name: "s3-no-lock-out",
  type: BUCKET_POLICY,
  description: "A bucket's policy does not deny everything to everybody.",
  level: "mandatory",
  severity: "high",
  reason: "Only the account's root user could then still remove the policy.",
  fix: "Add a condition to the statement that denies, or name whom it denies.",
  url: BEST_PRACTICES,
  peers: { checkov: ["CKV_AWS_93"] },
  check(policy, { expect }) {
    const locksOut = some(statementsOf(policy.at("policy")), (statement) =>
      all(
        statement.denies,
        statement.isForEverybody,
        some(statement.actions, (action) => action.matches(/^(s3:)?\*$/i)),
        statement.input.at("Condition").isAbsent,
      ),
    );
    expect(policy, not(locksOut), "denies everything to everybody");
  },
});

interface BucketPolicy extends Omit<Description<Values>, "settings"> {
  /** Of the resource that must be attached to the bucket. */
  type: readonly string[];
  /** The bucket's own property that says the same, where it has one. */
  own?: string;
  /** Whether nothing need be attached. */
  optional?: boolean;
  otherwise: string;
  /** Buckets of which it need not hold. */
  spares?(stack: Stack): Attachments;
  holds(attached: Resource): Truth;
}

function bucketPolicy({ type, own, optional = false, otherwise, spares, holds, ...description }: BucketPolicy): Policy {
  return stackPolicy({
    ...description,
    check(stack, { expect }) {
      const attached = stack.attached(type, "bucket", ...BUCKET);
      const spared = spares?.(stack);
      for (const bucket of stack.ofType(...BUCKET)) {
        const found = [
          ...(attached.get(bucket) ?? []),
          ...(own === undefined || bucket.at(own).isAbsent ? [] : [bucket]),
        ];
        const holding = found.length === 0 ? (attached.open ?? optional) : any(...found.map(holds));
        expect(bucket, any(holding, spared?.isAttached(bucket) ?? false), otherwise);
      }
    },
  });
}
