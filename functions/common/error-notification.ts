/** The prefix under which Firehose puts the rows that it could not deliver. */
export const ERROR_FILES_PREFIX = "failed/";

/**
 * What S3 sends to a queue when an object was created, as far as it is needed
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
interface Notification {
  Records: { s3: { bucket: { name: string }; object: { key: string } } }[];
}

/** The body of a message that tells of an error file as S3 itself does. */
export function errorNotification(bucket: string, key: string): string {
  // S3 encodes a key as HTML forms are, and leaves the slashes.
  const encoded = encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
  const notification: Notification = { Records: [{ s3: { bucket: { name: bucket }, object: { key: encoded } } }] };
  return JSON.stringify(notification);
}

/**
 * The keys of the error files that a message tells of: none for S3's own test event, which it sends when notifications
 * are set up. What is of another bucket or prefix is left out.
 *
 * @returns undefined where the message is no notification.
 */
export function notifiedKeys(body: string, bucket: string): string[] | undefined {
  try {
    const { Records, Event }: Partial<Notification> & { Event?: unknown } = JSON.parse(body);
    if (Event === "s3:TestEvent") return [];
    if (!Array.isArray(Records)) return undefined;
    return Records.filter(({ s3 }) => s3.bucket.name === bucket)
      .map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll("+", " ")))
      .filter((key) => key.startsWith(ERROR_FILES_PREFIX));
  } catch {
    return undefined;
  }
}
