import assert from "node:assert/strict";
import * as fc from "fast-check";
import { SECONDS_A_MONTH } from "../../../bench/costs/bill.ts";
import { batchOf, emptyReceives, rateOf, receivesOf } from "../../../bench/costs/traffic.ts";

describe("traffic", () => {
  it("spreads a month's messages over time and topics", () => {
    assert.equal(rateOf({ messages: SECONDS_A_MONTH * 30, bytes: 1 }, 3), 10);
  });

  it("fills a batch by what one of five pollers gets within the window", () => {
    assert.equal(batchOf(50, { batchSize: 100, windowSeconds: 1 }), 11);
    assert.equal(batchOf(50_000, { batchSize: 100, windowSeconds: 1 }), 100);
    assert.equal(batchOf(0, { batchSize: 100, windowSeconds: 300 }), 1);
    // Without a window it is what comes while one receive is answered.
    assert.equal(batchOf(50, { batchSize: 10, windowSeconds: 0 }), 1.2);
  });

  it("polls an idle queue with five receives of 20 seconds, 657,000 a month", () => {
    assert.equal(emptyReceives(0), 657_000);
    assert.equal(emptyReceives(1_000), 0);
  });

  it("never has a batch, a receive or a poll that is less than nothing", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 300 }),
        (rate, batchSize, windowSeconds) => {
          const batch = batchOf(rate, { batchSize, windowSeconds });
          assert.ok(batch >= 1 && batch <= batchSize);
          assert.ok(receivesOf(rate) >= 0.1 && receivesOf(rate) <= 1);
          assert.ok(emptyReceives(rate) >= 0);
        },
      ),
    );
  });
});
