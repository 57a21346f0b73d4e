import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { ArchivedAttribute } from "./archive.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
export const MAX_MESSAGE_ATTRIBUTES = 10;

/** An attribute as it is sent, from the form in which Lambda hands it over. */
export function toSend({ dataType, stringValue, binaryValue }: ArchivedAttribute): MessageAttributeValue {
  // A binary attribute may come with an empty string value beside it.
  return dataType.startsWith("Binary")
    ? { DataType: dataType, BinaryValue: Buffer.from(binaryValue ?? "", "base64") }
    : { DataType: dataType, StringValue: stringValue ?? "" };
}

/** Bytes that count towards a message's size: the body, and each attribute's name, type and value. */
export function messageBytes(body: string, attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType = "", StringValue = "", BinaryValue }] of Object.entries(attributes)) {
    const value = BinaryValue?.length ?? Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
  }
  return bytes;
}
