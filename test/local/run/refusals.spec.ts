import assert from "node:assert/strict";
import { Refusals } from "../../../local/run/refusals.ts";

function refusals(...refused: Parameters<Refusals["add"]>[0][]): Refusals {
  const refusals = new Refusals();
  for (const refusal of refused) {
    refusals.add(refusal);
  }
  return refusals;
}

describe("refusals", () => {
  it("say nothing when there are none", () => {
    assert.deepEqual(refusals().lines(), []);
  });

  it("speak of one event", () => {
    assert.deepEqual(refusals({ where: "line 3", reason: "is not UTF-8" }).lines(), [
      "1 event was not accepted:",
      "  line 3: is not UTF-8",
    ]);
  });

  it("show the first ones and count the others", () => {
    const many = refusals(...Array.from({ length: 1007 }, (_, at) => ({ where: `line ${at + 1}`, reason: "is bad" })));
    assert.deepEqual(many.lines(), [
      "1,007 events were not accepted:",
      ...[1, 2, 3, 4, 5].map((line) => `  line ${line}: is bad`),
      "  and 1,002 more",
    ]);
  });

  it("say what is wrong with the input as a whole, and count it too", () => {
    const empty = refusals({ where: undefined, reason: "no events were read from standard input" });
    assert.deepEqual(empty.lines(), ["no events were read from standard input"]);
    assert.equal(empty.count, 1);
  });
});
