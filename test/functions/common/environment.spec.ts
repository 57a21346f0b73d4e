import assert from "node:assert/strict";
import { readEnvironment } from "../../../functions/common/environment.ts";

describe("readEnvironment", () => {
  it("answers the named variables and no others", () => {
    assert.deepEqual(readEnvironment(["A", "B"], { A: "1", B: "2", C: "3" }), { A: "1", B: "2" });
  });

  it("names every variable that is missing or empty", () => {
    assert.throws(() => readEnvironment(["A", "B", "C"], { B: "2", C: "" }), { message: "environment: not set: A, C" });
  });
});
