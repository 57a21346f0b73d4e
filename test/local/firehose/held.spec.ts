import assert from "node:assert/strict";
import fc from "fast-check";
import { Held } from "../../../local/firehose/held.ts";

describe("what a stage holds", () => {
  it("has the size and the oldest record of a plain list, in whatever order records come and go", () => {
    const arrival = fc.integer({ min: 0, max: 20 });
    const steps = fc.array(fc.record({ arrivals: fc.array(arrival), leaving: fc.nat({ max: 10 }), from: fc.nat() }));
    fc.assert(
      fc.property(steps, (all) => {
        const held = new Held();
        const list: { arrival: number }[] = [];
        for (const { arrivals, leaving, from } of all) {
          const records = arrivals.map((one) => ({ arrival: one }));
          for (const record of records) held.add(record);
          list.push(...records);
          held.remove(list.splice(from % (list.length + 1), leaving));
          assert.equal(held.size, list.length);
          assert.equal(held.oldest(), list.length === 0 ? undefined : Math.min(...list.map((one) => one.arrival)));
        }
      }),
    );
  });
});
