import { randomUUID } from "node:crypto";
import type { CreatedObject } from "./created-objects.ts";

/** What names a notification and its bucket in the messages. */
export interface MessageSource {
  bucket: string;
  region: string;
  configurationId: string;
}

/**
 * What S3 sends when an object was created (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 * JSON text. Who did it is not known here.
 *
 * @param at Epoch milliseconds. @param sequence Greater than that of any earlier event.
 */
export function creationMessage(
  { key, size, eTag, by }: CreatedObject,
  { bucket, region, configurationId }: MessageSource,
  at: number,
  sequence: number,
): string {
  const record = {
    // 2.1 is the version of every event but those of replication, lifecycle and access control.
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date(at).toISOString(),
    eventName: `ObjectCreated:${by}`,
    userIdentity: { principalId: "local" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": requestId(), "x-amz-id-2": "local" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId: "local" }, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodedKey(key), size, eTag, sequencer: sequence.toString(16).toUpperCase().padStart(18, "0") },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * What S3 sends once when notifications are set up
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html). JSON text.
 *
 * @param at Epoch milliseconds.
 */
export function testMessage(bucket: string, at: number): string {
  return JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(at).toISOString(),
    Bucket: bucket,
    RequestId: requestId(),
    HostId: "local",
  });
}

/**
 * As HTML forms are encoded: `red flower.jpg` becomes `red+flower.jpg`. Slashes stay [?], as in the messages that are
 * seen in the field.
 */
function encodedKey(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}

function requestId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase();
}
