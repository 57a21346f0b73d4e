import { hash } from "node:crypto";
import type { MessageAttribute } from "./types.ts";

/** MD5 of a body, in lower-case hexadecimal, as clients compare it. */
export function md5OfBody(body: string): string {
  return hash("md5", body, "hex");
}

const STRING = Buffer.from([1]);
const BINARY = Buffer.from([2]);

/**
 * MD5 of message attributes, in lower-case hexadecimal: by name, each one's name, type and value, every part with its
 * length before it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const parts: Buffer[] = [];
  const withLength = (part: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    parts.push(length, part);
  };
  for (const [name, attribute] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    withLength(Buffer.from(name));
    withLength(Buffer.from(attribute.DataType));
    if (attribute.BinaryValue === undefined) {
      parts.push(STRING);
      withLength(Buffer.from(attribute.StringValue ?? ""));
    } else {
      parts.push(BINARY);
      withLength(Buffer.from(attribute.BinaryValue, "base64"));
    }
  }
  return hash("md5", Buffer.concat(parts), "hex");
}
