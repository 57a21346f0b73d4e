import assert from "node:assert/strict";
import fc from "fast-check";
import { IndexedHeap } from "../../../local/sqs/heap.ts";

interface Item {
  slot: number;
  key: number;
}

describe("an indexed heap", () => {
  it("gives the least first, whatever was added and removed before", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ remove: fc.nat() }),
      fc.constant("pop" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
        const heap = new IndexedHeap<Item>((a, b) => a.key < b.key);
        const held: Item[] = [];
        const forget = (item: Item | undefined): void => {
          if (item !== undefined) {
            held.splice(held.indexOf(item), 1);
          }
        };
        for (const step of steps) {
          if (step === "pop") {
            forget(heap.pop());
          } else if ("push" in step) {
            const item = { slot: 0, key: step.push };
            heap.push(item);
            held.push(item);
          } else if (held.length > 0) {
            const item = held[step.remove % held.length] as Item;
            heap.remove(item);
            forget(item);
          }
          const least = held.length === 0 ? undefined : Math.min(...held.map(({ key }) => key));
          assert.equal(heap.peek()?.key, least);
          assert.equal(heap.length, held.length);
        }
        const drained = held.map(() => heap.pop()?.key);
        assert.deepEqual(
          drained,
          held.map(({ key }) => key).sort((a, b) => a - b),
        );
      }),
    );
  });
});
