import assert from "node:assert/strict";
import { AccessLogs } from "../../components/access-logs.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";

const BUCKET = "lean-ops-test-access-123456789012";

function accessLogs() {
  const settings = { logs: { retentionDays: 14 as const }, deletionProtection: true };
  const args = { names: namesFor("lean-ops", "test"), settings, placement: PLACEMENT };
  return registrations(() => new AccessLogs("access-logs", args));
}

describe("AccessLogs", () => {
  it("is a bucket that keeps no logs of itself, and for no longer than the other logs are kept", async () => {
    const found = await accessLogs();
    assert.equal("aws:s3/bucketLogging:BucketLogging" in namesByType(found), false);
    assert.equal(inputsOf(found, "aws:s3/bucket:Bucket")["access-logs-bucket"]?.bucket, BUCKET);
    const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    assert.deepEqual(inputsOf(found, lifecycle)["access-logs-lifecycle"]?.rules[1].expiration, { days: 14 });
  });

  it("encrypts as S3's delivery can", async () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    assert.deepEqual(inputsOf(await accessLogs(), type)["access-logs-encryption"]?.rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });

  it("lets S3 deliver the logs of this stack's buckets, and nothing else", async () => {
    const { policy } = inputsOf(await accessLogs(), "aws:s3/bucketPolicy:BucketPolicy")["access-logs-policy"] ?? {};
    assert.deepEqual(JSON.parse(policy).Statement.slice(1), [
      {
        Sid: "Deliver",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${BUCKET}/*`,
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::lean-ops-test-*-123456789012" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });
});
