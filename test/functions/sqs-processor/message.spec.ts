import assert from "node:assert/strict";
import { Drop } from "../../../functions/sqs-processor/drop.ts";
import { rowOf } from "../../../functions/sqs-processor/message.ts";
import { SENT_AT, sqsRecord } from "../support/sqs.ts";

describe("rowOf", () => {
  it("makes a row of what the body says, and of SQS what the body does not say", () => {
    const row = rowOf(sqsRecord({ body: '{"_metadata":{"correlationId":"c"}}' }), "order-events", 1_795_416_400);
    assert.deepEqual(JSON.parse(row.toString()), {
      topic_name: "order-events",
      message_id: "059f36b4-87a3-44ab-83d2-661975830a7d",
      idempotency_key: null,
      period_reference: null,
      correlation_id: "c",
      publish_time: SENT_AT * 1000,
      ingestion_ts: 1_795_416_400,
      json_payload: '{"_metadata":{"correlationId":"c"}}',
    });
  });

  it("is a different row on a retry only in its ingestion time", () => {
    const record = sqsRecord({ body: '{"messageId":null,"payload":[1]}' });
    const first = JSON.parse(rowOf(record, "t", 1).toString());
    const second = JSON.parse(rowOf(record, "t", 2).toString());
    assert.deepEqual({ ...first, ingestion_ts: 2 }, second);
  });

  it("is a drop where the body is bad, or its row too large once escaped", () => {
    const reason = (body: string) => {
      const row = rowOf(sqsRecord({ body }), "t", 1);
      return row instanceof Drop ? row.reason : "none";
    };
    assert.equal(reason("nonsense"), "BODY_NOT_JSON");
    assert.equal(reason(JSON.stringify({ text: "x".repeat(900_000) })), "none");
    assert.equal(reason(JSON.stringify({ text: '"'.repeat(300_000) })), "RECORD_TOO_LARGE");
  });
});
