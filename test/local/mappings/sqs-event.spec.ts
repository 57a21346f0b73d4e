import assert from "node:assert/strict";
import { eventText, sqsEvent, sqsRecord } from "../../../local/mappings/sqs-event.ts";
import { newQueue } from "../sqs/fixtures.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-orders";

const message = {
  messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
  receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
  body: '{"name":"Zoë \\"quoted\\"","big":12345678901234567890}',
  md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  md5OfMessageAttributes: "d25a6aea97eb8f585bfa92d314504a92",
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
    assert.deepEqual(JSON.parse(eventText([sqsRecord(message, queueArn)])), {
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
          md5OfMessageAttributes: message.md5OfMessageAttributes,
          eventSource: "aws:sqs",
          eventSourceARN: queueArn,
          awsRegion: "eu-west-1",
        },
      ],
    });
  });

  it("has digests of message attributes only where there are message attributes", () => {
    const { queue } = newQueue();
    queue.send({ body: "a", messageAttributes: { k: { DataType: "String", StringValue: "x" } } });
    queue.send({ body: "b" });
    const records = queue.receive(2).map((received) => JSON.parse(sqsRecord(received, queueArn)) as object);
    assert.deepEqual(
      records.map((record) => Object.entries(record).filter(([key]) => key.startsWith("md5Of"))),
      [
        [
          ["md5OfBody", "0cc175b9c0f1b6a831c399e269772661"],
          ["md5OfMessageAttributes", "a45daa70926828a2f0a1db3418e6feb4"],
        ],
        [["md5OfBody", "92eb5ffee6ae2fec3ad71c777531578f"]],
      ],
    );
  });

  it("keeps the order of its records", () => {
    const records = ["1", "2", "3"].map((messageId) => sqsRecord({ ...message, messageId }, queueArn));
    const { Records } = JSON.parse(String(sqsEvent(records, Buffer.byteLength(records.join(""))).bytes)) as {
      Records: { messageId: string }[];
    };
    assert.deepEqual(
      Records.map(({ messageId }) => messageId),
      ["1", "2", "3"],
    );
  });
});
