import assert from "node:assert/strict";
import { trackerExpiry, trackerRange } from "../../../functions/common/error-tracker.ts";

describe("the error tracker's contract", () => {
  it("orders a topic's items by day, then by message id", () => {
    assert.equal(trackerRange("2026-01-10", "m"), "2026-01-10#m");
  });

  it("lets an item go 90 days after it was written, in whole seconds", () => {
    assert.equal(trackerExpiry(Date.UTC(2026, 0, 1) + 999), Date.UTC(2026, 3, 1) / 1000);
  });
});
