import assert from "node:assert/strict";
import { Drop } from "../../../functions/sqs-processor/drop.ts";
import { MAX_RECORD_BYTES, rawRow } from "../../../functions/sqs-processor/raw-row.ts";

const ENVELOPE = {
  messageId: '"mé"',
  publishTime: "1795416360123456",
  keys: { idempotencyKey: '"i"', periodReference: "null", correlationId: '"c\\n"' },
  payload: Buffer.from('{\\"a\\":\\"é\\"}'),
};
const row = (payload: Uint8Array) => rawRow("order-events", { ...ENVELOPE, payload }, 1_795_416_361);

describe("rawRow", () => {
  it("is one line of JSON with exactly the eight columns, in their order", () => {
    const text = row(ENVELOPE.payload).toString();
    assert.ok(!text.includes("\n"));
    assert.deepEqual(Object.entries(JSON.parse(text)), [
      ["topic_name", "order-events"],
      ["message_id", "mé"],
      ["idempotency_key", "i"],
      ["period_reference", null],
      ["correlation_id", "c\n"],
      ["publish_time", 1_795_416_360_123_456],
      ["ingestion_ts", 1_795_416_361],
      ["json_payload", '{"a":"é"}'],
    ]);
  });

  it("has at most 1,000 KiB, or is dropped with its size", () => {
    const frame = row(Buffer.alloc(0));
    assert.ok(frame instanceof Buffer);
    const room = MAX_RECORD_BYTES - frame.length;
    const largest = row(Buffer.alloc(room, "x"));
    assert.ok(largest instanceof Buffer);
    assert.equal(largest.length, 1_024_000);
    const larger = row(Buffer.alloc(room + 1, "x"));
    assert.ok(larger instanceof Drop);
    assert.equal(larger.reason, "RECORD_TOO_LARGE");
    assert.match(larger.message, /1024001 bytes of 1024000/);
  });
});
