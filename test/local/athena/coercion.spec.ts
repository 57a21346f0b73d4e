import assert from "node:assert/strict";
import { coerces } from "../../../local/athena/coercion.ts";

describe("coerces", () => {
  const cases: [from: string, to: string, allowed: boolean][] = [
    ["varchar", "varchar", true],
    ["bigint", "bigint", true],
    ["bigint", "double", true],
    ["bigint", "real", true],
    ["bigint", "decimal(19,0)", true],
    ["bigint", "decimal(21,2)", true],
    ["bigint", "decimal(20,2)", false],
    ["bigint", "integer", false],
    ["bigint", "varchar", false],
    ["smallint", "integer", true],
    ["decimal(9,2)", "decimal(18,2)", true],
    ["decimal(18,2)", "decimal(9,2)", false],
    ["decimal(9,2)", "decimal(9,3)", false],
    ["decimal(18,2)", "double", true],
    ["decimal(18,2)", "bigint", false],
    ["real", "double", true],
    ["double", "real", false],
    ["double", "decimal(18,2)", false],
    ["date", "timestamp(6)", true],
    ["timestamp(6)", "date", false],
    ["timestamp(3) with time zone", "timestamp(6)", false],
    ["timestamp(3) with time zone", "timestamp(6) with time zone", true],
    ["varchar", "date", false],
    ["varchar", "bigint", false],
    ["boolean", "bigint", false],
    // A null may look like an integer.
    ["integer", "varchar", true],
  ];
  for (const [from, to, allowed] of cases) {
    it(`${allowed ? "lets" : "does not let"} ${from} into a column of ${to}`, () => {
      assert.equal(coerces(from, to), allowed);
    });
  }
});
