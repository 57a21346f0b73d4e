import assert from "node:assert/strict";
import { shown } from "../../../functions/common/shown.ts";

describe("shown", () => {
  it("is the value's JSON, cut off where it is long", () => {
    assert.deepEqual([shown("a"), shown({ a: [1] }), shown(null)], ['"a"', '{"a":[1]}', "null"]);
    assert.equal(shown("x".repeat(1000)), `"${"x".repeat(59)}…`);
    assert.equal(shown("x".repeat(1000), 100), `"${"x".repeat(99)}…`);
  });

  it("says that something is missing, or has no JSON", () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    assert.deepEqual([shown(undefined), shown(deep)], ["missing", "an object"]);
  });
});
