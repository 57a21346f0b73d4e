import assert from "node:assert/strict";
import { sqsEvent, sqsRecord } from "../../../local/mappings/sqs-event.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-orders";

const message = {
  messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
  receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
  body: '{"name":"Zoë \\"quoted\\"","big":12345678901234567890}',
  md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  attributes: {
    ApproximateReceiveCount: "2",
    SentTimestamp: "1545082649183",
    SenderId: "AIDAIENQZJOLO23YVJ4VO",
    ApproximateFirstReceiveTimestamp: "1545082649185",
    DeadLetterQueueSourceArn: queueArn,
  },
  messageAttributes: {
    origin: { DataType: "String", StringValue: "shop" },
    digest: { DataType: "Binary", BinaryValue: "AQID" },
  },
  size: 52,
};

describe("the SQS event", () => {
  it("has a record a message, with Lambda's own names", () => {
    assert.deepEqual(JSON.parse(sqsEvent([sqsRecord(message, queueArn)])), {
      Records: [
        {
          messageId: message.messageId,
          receiptHandle: message.receiptHandle,
          body: message.body,
          attributes: message.attributes,
          messageAttributes: {
            origin: { stringValue: "shop", stringListValues: [], binaryListValues: [], dataType: "String" },
            digest: { binaryValue: "AQID", stringListValues: [], binaryListValues: [], dataType: "Binary" },
          },
          md5OfBody: message.md5OfBody,
          eventSource: "aws:sqs",
          eventSourceARN: queueArn,
          awsRegion: "eu-west-1",
        },
      ],
    });
  });

  it("keeps the order of its records", () => {
    const records = ["1", "2", "3"].map((messageId) => sqsRecord({ ...message, messageId }, queueArn));
    const { Records } = JSON.parse(sqsEvent(records)) as { Records: { messageId: string }[] };
    assert.deepEqual(
      Records.map(({ messageId }) => messageId),
      ["1", "2", "3"],
    );
  });
});
