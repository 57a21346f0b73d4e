import assert from "node:assert/strict";
import { rowCheck } from "../../../local/tables/row-check.ts";

/** The error code for a row of one column `c`. */
function codeOf(type: string, row: Record<string, unknown>, required = false): string | undefined {
  return rowCheck({ database: "raw", name: "orders", columns: [{ name: "c", type, required }] })(row)?.code;
}

const mismatch = "Iceberg.SchemaTypeMismatch";

describe("rowCheck", () => {
  it("refuses a record that lacks a column, optional or not, and names it", () => {
    const check = rowCheck({
      database: "raw",
      name: "orders",
      columns: [
        { name: "message_id", type: "string", required: true },
        { name: "correlation_id", type: "string", required: false },
      ],
    });
    assert.deepEqual(check({ message_id: "m-1" }), {
      code: "Iceberg.MissingColumnWithinRecord",
      message: "The record lacks the column correlation_id of raw.orders",
    });
  });

  it("tells column names apart by case", () => {
    assert.equal(codeOf("string", { C: "x" }), "Iceberg.MissingColumnWithinRecord");
  });

  it("skips keys that are no columns", () => {
    assert.equal(codeOf("string", { c: "x", other: { deep: 1 } }), undefined);
  });

  it("takes null in an optional column and refuses it in a required one", () => {
    assert.equal(codeOf("string", { c: null }), undefined);
    assert.equal(codeOf("string", { c: null }, true), mismatch);
  });

  it("says what the column takes", () => {
    const check = rowCheck({
      database: "raw",
      name: "orders",
      columns: [{ name: "publish_time", type: "timestamp", required: false }],
    });
    assert.equal(
      check({ publish_time: "2026-01-01T00:00:00Z" })?.message,
      "The column publish_time of raw.orders is timestamp: it takes microseconds since 1970 as an integer",
    );
  });

  const cases: Record<string, { takes: unknown[]; refuses: unknown[] }> = {
    string: { takes: ["", "ü"], refuses: [1, true, {}, []] },
    boolean: { takes: [true, false], refuses: ["true", 1, 0] },
    int: { takes: [0, -(2 ** 31), 2 ** 31 - 1], refuses: [2 ** 31, -(2 ** 31) - 1, 1.5, "1", true] },
    long: {
      takes: [0, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)],
      refuses: [2n ** 63n, -(2n ** 63n) - 1n, 1.5, 2 ** 53, "1"],
    },
    float: { takes: [1, 1.5, -0.25], refuses: ["1.5", Number.POSITIVE_INFINITY] },
    double: { takes: [1, 1.5, 2n ** 60n], refuses: ["1.5", Number.NaN] },
    "decimal(4,2)": { takes: [18.1, -99.99, 0, 7], refuses: [100, 1.005, "18.10"] },
    date: { takes: [20_454, -1], refuses: ["2026-01-01", 1.5] },
    time: { takes: [0, 86_399_999_999], refuses: [86_400_000_000, -1, "10:00:00"] },
    timestamp: { takes: [1_767_225_600_000_000, 0, -1], refuses: ["2026-01-01T00:00:00Z", 1.5] },
    timestamptz: { takes: [1_767_225_600_000_000], refuses: ["2026-01-01T00:00:00Z"] },
    uuid: { takes: ["0188A8C2-9c3e-7f00-8000-000000000001"], refuses: ["0188a8c29c3e7f008000000000000001", 1] },
    binary: { takes: ["", "AAE=", "_-8=", "AAE"], refuses: ["A", "é", "AA E=", 1] },
  };
  for (const [type, { takes, refuses }] of Object.entries(cases)) {
    it(`knows what ${type} takes`, () => {
      for (const c of takes) assert.equal(codeOf(type, { c }), undefined, `${type} takes ${String(c)}`);
      for (const c of refuses) assert.equal(codeOf(type, { c }), mismatch, `${type} refuses ${String(c)}`);
    });
  }
});
