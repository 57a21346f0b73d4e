import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Bucket, bucketOf } from "../../../functions/common/bucket.ts";
import { openS3, type S3 } from "../support/s3.ts";

const signal = new AbortController().signal;

describe("a bucket", () => {
  let s3: S3;
  let bucket: Bucket;
  before(async () => {
    s3 = await openS3("archive");
    bucket = bucketOf(s3.client, "archive");
  });
  after(() => s3.close());

  it("answers what was put", async () => {
    await bucket.put("a/é b.json", '{"name":"Ünï"}', signal);
    assert.equal(await bucket.get("a/é b.json", signal), '{"name":"Ünï"}');
  });

  it("answers part of an object, its size and its time", async () => {
    await bucket.put("ten", "0123456789", signal);
    const { bytes, size, modifiedAt } = (await bucket.getRange("ten", 4, 3, signal)) ?? assert.fail();
    assert.deepEqual([Buffer.from(bytes).toString(), size], ["456", 10]);
    assert.ok(Math.abs(modifiedAt - Date.now()) < 60_000);
    const rest = await bucket.getRange("ten", 8, 100, signal);
    assert.equal(Buffer.from(rest?.bytes ?? []).toString(), "89");
  });

  it("answers no bytes of an object that has none", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: "archive", Key: "empty", Body: new Uint8Array() }));
    const { bytes, size } = (await bucket.getRange("empty", 0, 8, signal)) ?? assert.fail();
    assert.deepEqual([bytes.length, size], [0, 0]);
  });

  it("answers undefined where there is none, and after it was deleted", async () => {
    await bucket.put("gone", "{}", signal);
    await bucket.delete("gone", signal);
    assert.equal(await bucket.get("gone", signal), undefined);
    assert.equal(await bucket.getRange("gone", 0, 1, signal), undefined);
  });

  it("throws whatever else S3 says", async () => {
    await assert.rejects(bucketOf(s3.client, "another").get("x", signal), { name: "NoSuchBucket" });
    await assert.rejects(bucketOf(s3.client, "another").getRange("x", 0, 1, signal), { name: "NoSuchBucket" });
  });
});
