import assert from "node:assert/strict";
import fc from "fast-check";
import { chunks } from "../../../functions/common/chunks.ts";

describe("chunks", () => {
  const itself = (item: number) => item;

  it("closes a chunk at the limit of items or of bytes, whichever comes first", () => {
    assert.deepEqual(chunks([1, 1, 1, 1], { items: 3, bytes: 100 }, itself), [[1, 1, 1], [1]]);
    assert.deepEqual(chunks([4, 6, 1], { items: 3, bytes: 10 }, itself), [[4, 6], [1]]);
  });

  it("gives an item that exceeds the bytes a chunk of its own", () => {
    assert.deepEqual(chunks([1, 11, 1], { items: 3, bytes: 10 }, itself), [[1], [11], [1]]);
  });

  it("makes nothing of nothing", () => {
    assert.deepEqual(chunks([], { items: 3, bytes: 10 }, itself), []);
  });

  it("keeps every item once, in order, within the limits, and never opens a chunk too early", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 10 }));
    const limit = fc.record({ items: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 10, max: 30 }) });
    fc.assert(
      fc.property(sizes, limit, (list, limits) => {
        const made = chunks(list, limits, itself);
        assert.deepEqual(made.flat(), list);
        const sum = (chunk: readonly number[]) => chunk.reduce((total, size) => total + size, 0);
        for (const [index, chunk] of made.entries()) {
          assert.ok(chunk.length <= limits.items && sum(chunk) <= limits.bytes);
          const next = made[index + 1]?.[0];
          if (next !== undefined) assert.ok(chunk.length === limits.items || sum(chunk) + next > limits.bytes);
        }
      }),
    );
  });
});
