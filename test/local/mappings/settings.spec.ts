import assert from "node:assert/strict";
import fc from "fast-check";
import { Inputs } from "../../../local/graph/inputs.ts";
import { inputsFor, type MappingSettings, settingsOf } from "../../../local/mappings/settings.ts";

/** With what is refused. */
function read(values: Record<string, unknown>): { settings: MappingSettings; problems: string[] } {
  const problems: string[] = [];
  return { settings: settingsOf(new Inputs(values, "", problems)), problems };
}

describe("a mapping's settings", () => {
  it("are the same again when they are written as inputs and read", () => {
    const settings = fc.record(
      {
        batchSize: fc.integer({ min: 1, max: 10_000 }),
        windowSeconds: fc.integer({ min: 1, max: 300 }),
        maximumConcurrency: fc.option(fc.integer({ min: 2, max: 1000 }), { nil: undefined }),
        reportsItemFailures: fc.boolean(),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(settings, (given) => {
        assert.deepEqual(read(inputsFor(given)), { settings: given, problems: [] });
      }),
    );
  });

  it("may do without a window up to a batch of 10", () => {
    assert.deepEqual(read({ batchSize: 10 }).problems, []);
    assert.match(read({ batchSize: 11 }).problems.join(), /^maximumBatchingWindowInSeconds: Maximum batch window/);
  });
});
