import assert from "node:assert/strict";
import { HardenedBucket, type HardenedBucketArgs } from "../../components/hardened-bucket.ts";
import { inputsOf, namesByType, registrations } from "../support/mocks.ts";
import { ACCESS_LOGS, KEYS } from "../support/security.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

const args: HardenedBucketArgs = {
  bucketName: "lean-ops-test-box",
  key: KEYS.data,
  accessLogs: ACCESS_LOGS,
  noncurrentDays: 7,
  protect: true,
};

function make(more: Partial<HardenedBucketArgs> = {}, preview = false) {
  return registrations(() => new HardenedBucket("box", { ...args, ...more }), { preview });
}

describe("HardenedBucket", () => {
  it("makes a bucket with everything that guards it, and nothing else", async () => {
    assert.deepEqual(namesByType(await make()), {
      [BUCKET]: ["box-bucket"],
      [LIFECYCLE]: ["box-lifecycle"],
      [LOGGING]: ["box-logging"],
      [POLICY]: ["box-policy"],
      [PUBLIC_ACCESS]: ["box-public-access"],
      [ENCRYPTION]: ["box-encryption"],
      [VERSIONING]: ["box-versioning"],
      "lean-ops:index:HardenedBucket": ["box"],
    });
  });

  it("is emptied by a destroy only where it is not protected", async () => {
    assert.deepEqual(inputsOf(await make(), BUCKET)["box-bucket"], {
      bucket: "lean-ops-test-box",
      forceDestroy: false,
    });
    assert.equal(inputsOf(await make({ protect: false }), BUCKET)["box-bucket"]?.forceDestroy, true);
  });

  it("is closed to the public, encrypts, and keeps versions", async () => {
    const found = await make();
    const bucket = "lean-ops-test-box";
    assert.deepEqual(inputsOf(found, PUBLIC_ACCESS)["box-public-access"], {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(inputsOf(found, ENCRYPTION)["box-encryption"], {
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEYS.data },
          bucketKeyEnabled: true,
        },
      ],
    });
    assert.deepEqual(inputsOf(found, VERSIONING)["box-versioning"], {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
  });

  it("never expires an object that is current", async () => {
    assert.deepEqual(inputsOf(await make(), LIFECYCLE)["box-lifecycle"], {
      bucket: "lean-ops-test-box",
      rules: [
        {
          id: "forget-what-was-replaced",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: 7 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    });
  });

  it("refuses every call without TLS, and what would be encrypted otherwise", async () => {
    const inputs = inputsOf(await make(), POLICY)["box-policy"];
    assert.equal(inputs?.bucket, "lean-ops-test-box");
    assert.deepEqual(JSON.parse(inputs?.policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyOverTls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::lean-ops-test-box", "arn:aws:s3:::lean-ops-test-box/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Sid: "OnlyByKms",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::lean-ops-test-box/*",
          Condition: {
            Null: { "s3:x-amz-server-side-encryption": "false" },
            StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
          },
        },
        {
          Sid: "OnlyOwnKey",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::lean-ops-test-box/*",
          Condition: {
            Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
            StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": KEYS.data },
          },
        },
      ],
    });
  });

  it("has S3 write down who read and wrote what, under the bucket's own name", async () => {
    assert.deepEqual(inputsOf(await make(), LOGGING)["box-logging"], {
      bucket: "lean-ops-test-box",
      targetBucket: "lean-ops-test-access-logs",
      targetPrefix: "lean-ops-test-box/",
    });
  });

  it("without a key encrypts by S3, logs nothing where it is told of no place, and forgets what is old where it is told to", async () => {
    const { key: _key, accessLogs: _logs, ...others } = args;
    const found = await registrations(() => new HardenedBucket("box", { ...others, expirationDays: 30 }));
    assert.deepEqual(inputsOf(found, ENCRYPTION)["box-encryption"]?.rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    assert.equal(JSON.parse(inputsOf(found, POLICY)["box-policy"]?.policy).Statement.length, 1);
    assert.deepEqual(inputsOf(found, LOGGING), {});
    assert.deepEqual(inputsOf(found, LIFECYCLE)["box-lifecycle"]?.rules[1], {
      id: "forget-what-is-old",
      status: "Enabled",
      filter: {},
      expiration: { days: 30 },
    });
  });

  it("can be previewed", async () => {
    assert.equal(inputsOf(await make({}, true), BUCKET)["box-bucket"]?.bucket, "lean-ops-test-box");
  });
});
