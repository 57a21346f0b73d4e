import assert from "node:assert/strict";
import { HardenedBucket } from "../../components/hardened-bucket.ts";
import { KEYS } from "../support/keys.ts";
import { inputsOf, namesByType, registrations } from "../support/mocks.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

function make(protect = true, preview = false) {
  return registrations(
    () => new HardenedBucket("box", { bucketName: "lean-ops-test-box", key: KEYS.data, noncurrentDays: 7, protect }),
    { preview },
  );
}

describe("HardenedBucket", () => {
  it("makes a bucket with everything that guards it, and nothing else", async () => {
    assert.deepEqual(namesByType(await make()), {
      [BUCKET]: ["box-bucket"],
      [LIFECYCLE]: ["box-lifecycle"],
      [POLICY]: ["box-policy"],
      [PUBLIC_ACCESS]: ["box-public-access"],
      [ENCRYPTION]: ["box-encryption"],
      [VERSIONING]: ["box-versioning"],
      "lean-ops:index:HardenedBucket": ["box"],
    });
  });

  it("is emptied by a destroy only where it is not protected", async () => {
    assert.deepEqual(inputsOf(await make(true), BUCKET)["box-bucket"], {
      bucket: "lean-ops-test-box",
      forceDestroy: false,
    });
    assert.equal(inputsOf(await make(false), BUCKET)["box-bucket"]?.forceDestroy, true);
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

  it("refuses every call without TLS", async () => {
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
      ],
    });
  });

  it("can be previewed", async () => {
    assert.equal(inputsOf(await make(true, true), BUCKET)["box-bucket"]?.bucket, "lean-ops-test-box");
  });
});
