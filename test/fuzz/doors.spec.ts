import assert from "node:assert/strict";
import { FUNCTION_NAMES } from "../../settings/names.ts";
import { DOORS } from "./doors.ts";
import { isLargest } from "./memory.ts";

/** The quick share of `npm run fuzz`. */
const RUNS = 40;
const SEED = 20_261_127;

describe("hostile input", () => {
  it("is given to every function", () => {
    assert.deepEqual(new Set(DOORS.map(({ name }) => name)), new Set(FUNCTION_NAMES));
  });

  for (const { name, cases, run } of DOORS) {
    describe(`to the ${name}`, () => {
      for (const [what, check] of cases) {
        // Those are tried by memory.spec.ts.
        if (!isLargest(what)) it(`does no harm: ${what}`, check);
      }

      it("does no harm, whatever it is", async () => {
        const { failure, runs } = await run({ seed: SEED, runs: RUNS });
        if (failure !== undefined) assert.fail(failure.report);
        assert.equal(runs, RUNS);
      });
    });
  }
});
