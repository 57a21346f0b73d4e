import type { Context, SQSRecord } from "aws-lambda";
import type { Clock } from "../../../functions/common/clock.ts";

export const SENT_AT = Date.UTC(2026, 10, 23, 6, 46);
export const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-order-events";

/** A message as the event source mapping hands it over, with a plain body unless told. */
export function sqsRecord(given: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
    receiptHandle: "handle",
    body: '{"amount":1}',
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(SENT_AT),
      SenderId: "AIDAIENQZJOLO23YVJ4VO",
      ApproximateFirstReceiveTimestamp: String(SENT_AT + 1),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: QUEUE_ARN,
    awsRegion: "eu-west-1",
    ...given,
  };
}

/** What a handler is told of its invocation, which has `remainingMs` left from now on. */
export function lambdaContext(clock: Clock, remainingMs = 30_000): Context {
  const end = clock.now() + remainingMs;
  return {
    functionName: "lean-ops-dev-sqs-processor",
    awsRequestId: "request-1",
    getRemainingTimeInMillis: () => end - clock.now(),
  } as Context;
}
