import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { numberFrom, wholeNumber } from "../../local/option-values.ts";

describe("an option's value", () => {
  it("is a whole number within its range, written in digits", () => {
    const read = wholeNumber(1, 20);
    assert.deepEqual(["1", "20", "007"].map(read), [1, 20, 7]);
    for (const text of ["0", "21", "", " 1", "1.0", "1e1", "0x1", "-1", "one"]) {
      assert.throws(() => read(text), new InvalidArgumentError("It must be a whole number from 1 to 20."));
    }
  });

  it("is a number within its range, with or without decimals", () => {
    const read = numberFrom(0, 1);
    assert.deepEqual(["0", "1", ".25", "0.5"].map(read), [0, 1, 0.25, 0.5]);
    for (const text of ["1.01", "", ".", "1e-1", "-0.5", "0.1.2", "NaN"]) {
      assert.throws(() => read(text), new InvalidArgumentError("It must be a number from 0 to 1."));
    }
  });
});
