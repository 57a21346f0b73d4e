import assert from "node:assert/strict";
import fc from "fast-check";
import { type Batch, FormingBatch } from "../../../local/mappings/forming-batch.ts";
import { eventText, MAX_RECORDS_BYTES } from "../../../local/mappings/sqs-event.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:q";

function message(messageId: string, body: string) {
  return {
    messageId,
    receiptHandle: "",
    body,
    md5OfBody: "",
    attributes: {},
    messageAttributes: {},
    size: body.length,
  };
}

const ids = ({ entries }: Batch) => entries.map((entry) => entry.message.messageId);

describe("a forming batch", () => {
  it("has room up to the batch size", () => {
    const batch = new FormingBatch(queueArn, 3);
    batch.add([message("a", ""), message("b", "")], 0);
    assert.deepEqual([batch.room, batch.isFull], [1, false]);
    batch.add([message("c", "")], 0);
    assert.deepEqual([batch.room, batch.isFull], [0, true]);
  });

  it("hands out what it holds in batches of a smaller size once it is resized", () => {
    const batch = new FormingBatch(queueArn, 5);
    batch.add(
      ["a", "b", "c", "d"].map((id) => message(id, "")),
      0,
    );
    batch.resize(3);
    assert.deepEqual([batch.room, batch.isFull], [0, true]);
    assert.deepEqual(ids(batch.take()), ["a", "b", "c"]);
    assert.deepEqual([batch.room, batch.isFull], [2, false]);
    assert.deepEqual(ids(batch.take()), ["d"]);
    assert.equal(batch.isEmpty, true);
  });

  it("is full when its records exceed an invocation's payload, as they are escaped in it", () => {
    const batch = new FormingBatch(queueArn, 100);
    const quotes = '"'.repeat(1_000_000);
    batch.add([message("a", quotes), message("b", quotes), message("c", quotes)], 0);
    assert.equal(batch.isFull, false);
    batch.add([message("d", quotes)], 0);
    assert.deepEqual([batch.room, batch.isFull], [0, true]);
  });

  it("hands out every message once, in order, in events of at most 6 MiB", () => {
    const bodies = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 12 }), (lengths, batchSize) => {
        const batch = new FormingBatch(queueArn, batchSize);
        batch.add(
          lengths.map((length, index) => message(String(index), "x".repeat(length))),
          0,
        );
        const seen: string[] = [];
        while (!batch.isEmpty) {
          const taken = batch.take();
          assert.ok(taken.entries.length > 0);
          assert.equal(taken.records.length, taken.entries.length);
          assert.ok(Buffer.byteLength(eventText(taken.records)) <= MAX_RECORDS_BYTES + 14);
          seen.push(...ids(taken));
        }
        assert.deepEqual(
          seen,
          lengths.map((_, index) => String(index)),
        );
      }),
      { numRuns: 10 },
    );
  });
});
