import { MAX_REQUEST_BYTES } from "../lambda/configuration.ts";
import { joined, type Payload } from "../lambda/payload.ts";
import type { MessageAttribute, ReceivedMessage } from "../sqs/types.ts";

const OPENING = '{"Records":[';
const CLOSING = "]}";

/** Bytes that the records of one invocation, and the commas between them, may take. */
export const MAX_RECORDS_BYTES = MAX_REQUEST_BYTES - OPENING.length - CLOSING.length;

/** One message as the function sees it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. JSON text. */
export function sqsRecord(message: ReceivedMessage, queueArn: string): string {
  return JSON.stringify({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: lambdaAttributes(message.messageAttributes),
    md5OfBody: message.md5OfBody,
    // JSON leaves it out where there are no message attributes, as AWS does.
    md5OfMessageAttributes: message.md5OfMessageAttributes,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3],
  });
}

/** The event of a batch from its records' JSON texts. @param bytes of all records in UTF-8. */
export function sqsEvent(records: readonly string[], bytes: number): Payload {
  return joined(OPENING, records, bytes, CLOSING);
}

function lambdaAttributes(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    seen[name] = {
      stringValue: StringValue,
      binaryValue: BinaryValue,
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    };
  }
  return seen;
}

/** The event of a batch of few records, as JSON text. */
export function eventText(records: readonly string[]): string {
  return OPENING + records.join(",") + CLOSING;
}
