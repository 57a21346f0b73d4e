import assert from "node:assert/strict";
import fc from "fast-check";
import { AwsError } from "../../../local/api/errors.ts";
import { readChange } from "../../../local/lambda-api/mapping-update.ts";
import { queueMapping, statusOf, streamMapping } from "./fixtures.ts";

const read = (body: Record<string, unknown>) => readChange(body, statusOf(queueMapping()));
const current = { batchSize: 100, windowSeconds: 1, maximumConcurrency: 2, reportsItemFailures: true };

describe("an update of a mapping", () => {
  it("may enable or disable it, and leave its settings alone", () => {
    assert.deepEqual(read({ Enabled: false }), { enabled: false });
    assert.deepEqual(read({ Enabled: true }), { enabled: true });
    assert.deepEqual(read({}), { enabled: undefined });
  });

  it("changes the settings that it names, and no other", () => {
    assert.deepEqual(read({ ScalingConfig: { MaximumConcurrency: 50 } }), {
      enabled: undefined,
      settings: { ...current, maximumConcurrency: 50 },
    });
    assert.deepEqual(read({ Enabled: true, BatchSize: 20, MaximumBatchingWindowInSeconds: 5 }), {
      enabled: true,
      settings: { ...current, batchSize: 20, windowSeconds: 5 },
    });
    assert.deepEqual(read({ FunctionResponseTypes: [] }).settings, { ...current, reportsItemFailures: false });
  });

  it("lifts the maximum concurrency with an empty scaling configuration", () => {
    assert.deepEqual(read({ ScalingConfig: {} }).settings, { ...current, maximumConcurrency: undefined });
  });

  it("takes null for absent", () => {
    assert.deepEqual(read({ Enabled: null, BatchSize: null, FilterCriteria: null }), { enabled: undefined });
  });

  it("is judged together with what stays as it is", () => {
    const message = /^MaximumBatchingWindowInSeconds: Maximum batch window .* is 0 at a batch size of 100$/;
    assert.throws(() => read({ MaximumBatchingWindowInSeconds: 0 }), { message });
    assert.doesNotThrow(() => read({ MaximumBatchingWindowInSeconds: 0, BatchSize: 10 }));
  });

  const refused: [body: Record<string, unknown>, message: RegExp][] = [
    [{ BatchSize: 0 }, /^BatchSize: must be a whole number from 1 to 10000, is 0$/],
    [{ BatchSize: "10" }, /^BatchSize: must be a number, is "10"$/],
    [{ MaximumBatchingWindowInSeconds: 301 }, /^MaximumBatchingWindowInSeconds: .* from 0 to 300, is 301$/],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, /^ScalingConfig\.MaximumConcurrency: .* from 2 to 1000, is 1$/],
    [{ ScalingConfig: { Maximum: 5 } }, /^ScalingConfig\.Maximum: not known to the local cloud$/],
    [{ ScalingConfig: 5 }, /^ScalingConfig: must be an object, is 5$/],
    [{ FunctionResponseTypes: ["All"] }, /^FunctionResponseTypes: must be ReportBatchItemFailures/],
    [{ FunctionResponseTypes: "ReportBatchItemFailures" }, /^FunctionResponseTypes: must be a list/],
    [{ Enabled: "false" }, /^Enabled: must be true or false, is "false"$/],
    [{ FilterCriteria: { Filters: [] } }, /^FilterCriteria: the local cloud cannot change it; it can change Enabled,/],
    [{ FunctionName: "other", Enabled: true }, /^FunctionName: the local cloud cannot change it/],
    [{ constructor: 1 }, /^constructor: the local cloud cannot change it/],
    [JSON.parse('{"__proto__":{"Enabled":true}}'), /^__proto__: the local cloud cannot change it/],
  ];
  for (const [body, message] of refused) {
    it(`is refused as ${JSON.stringify(body)}`, () => {
      assert.throws(() => read(body), { name: "InvalidParameterValueException", status: 400, message });
    });
  }

  it("names all that is wrong with it", () => {
    const body = { BatchSize: 0, ScalingConfig: { MaximumConcurrency: 1 } };
    assert.throws(() => read(body), { message: /^BatchSize: .*; ScalingConfig\.MaximumConcurrency: / });
  });

  it("of a stream's mapping enables or disables it, and nothing else", () => {
    const status = statusOf(streamMapping(1));
    assert.deepEqual(readChange({ Enabled: false }, status), { enabled: false });
    assert.throws(() => readChange({ BatchSize: 5 }, status), {
      message: "BatchSize: the local cloud cannot change it; it can change Enabled",
    });
  });

  it("is a valid change or an error of the caller's, whatever is sent", () => {
    const member = fc.constantFrom(
      "Enabled",
      "BatchSize",
      "MaximumBatchingWindowInSeconds",
      "ScalingConfig",
      "FunctionResponseTypes",
      "Other",
    );
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (body) => {
        try {
          const { enabled, settings } = read(body);
          assert.ok(enabled === undefined || typeof enabled === "boolean");
          assert.ok(settings === undefined || (settings.batchSize >= 1 && settings.batchSize <= 10_000));
        } catch (error) {
          assert.ok(error instanceof AwsError && error.status === 400, String(error));
        }
      }),
    );
  });
});
