import assert from "node:assert/strict";
import { billOf, type Usage } from "../../../bench/costs/bill.ts";

const usage = (service: string, units: number, standing: boolean): Usage => ({
  service,
  what: "requests",
  units,
  price: "sqsRequest",
  standing,
});

describe("billOf", () => {
  it("sums what is paid for with and without messages, the dearest service first", () => {
    const bill = billOf([usage("one", 1e6, true), usage("two", 5e6, false), usage("one", 1e6, false)]);
    assert.equal(bill.total.toFixed(2), "2.80");
    assert.equal(bill.standing.toFixed(2), "0.40");
    assert.deepEqual([...bill.byService.keys()], ["two", "one"]);
    assert.equal(bill.byService.get("one")?.toFixed(2), "0.80");
  });

  it("refuses an amount that is none", () => {
    for (const units of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      assert.throws(() => billOf([usage("one", units, true)]), /one, requests: .* is no amount/);
    }
  });
});
