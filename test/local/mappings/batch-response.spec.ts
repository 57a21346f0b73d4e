import assert from "node:assert/strict";
import fc from "fast-check";
import { failedItems } from "../../../local/mappings/batch-response.ts";

const batch = ["a", "b", "c"];
const NONE: string[] = [];

const reported: [title: string, payload: string, failed: string[]][] = [
  ["an empty list succeeds", '{"batchItemFailures":[]}', NONE],
  ["a null list succeeds", '{"batchItemFailures":null}', NONE],
  ["an empty object succeeds", "{}", NONE],
  ["null succeeds", "null", NONE],
  ["an empty body succeeds", "", NONE],
  ["an empty text succeeds", '""', NONE],
  ["an empty array succeeds", "[]", NONE],
  ["an object without the list succeeds", '{"failures":["a"]}', NONE],
  ["one failure leaves the others", '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ["b"]],
  ["several failures", '{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}', ["a", "c"]],
  ["a failure named twice", '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]}', ["a"]],
  ["invalid JSON fails all", "{batchItemFailures:[]}", batch],
  ["an empty id fails all", '{"batchItemFailures":[{"itemIdentifier":""}]}', batch],
  ["a null id fails all", '{"batchItemFailures":[{"itemIdentifier":null}]}', batch],
  ["a number for an id fails all", '{"batchItemFailures":[{"itemIdentifier":1}]}', batch],
  ["a wrong key fails all", '{"batchItemFailures":[{"messageId":"a"}]}', batch],
  ["an unknown id fails all", '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}', batch],
  ["ids alone fail all", '{"batchItemFailures":["a"]}', batch],
  ["a null item fails all", '{"batchItemFailures":[null]}', batch],
  ["an object for the list fails all", '{"batchItemFailures":{"itemIdentifier":"a"}}', batch],
  ["a text fails all", '"done"', batch],
  ["a number fails all", "1", batch],
  ["an array of ids fails all", '["a"]', batch],
];

describe("a batch's response with ReportBatchItemFailures", () => {
  for (const [title, payload, failed] of reported) {
    it(title, () => {
      assert.deepEqual([...failedItems({ payload }, batch, true)].sort(), failed);
    });
  }

  it("is not read without it: all succeed", () => {
    for (const [title, payload] of reported) {
      assert.deepEqual([...failedItems({ payload }, batch, false)], NONE, title);
    }
  });

  for (const reports of [true, false]) {
    it(`a function error fails all, ${reports ? "with" : "without"} it`, () => {
      const invocation = { payload: '{"batchItemFailures":[]}', functionError: "Unhandled" } as const;
      assert.deepEqual([...failedItems(invocation, batch, reports)], batch);
    });
  }

  it("never fails a message that is not in the batch, whatever the response", () => {
    const item = fc.oneof(
      fc.record({ itemIdentifier: fc.oneof(fc.constantFrom(...batch, "", "x"), fc.constant(null), fc.integer()) }),
      fc.jsonValue(),
    );
    const response = fc.oneof(
      fc.record({ batchItemFailures: fc.array(item) }).map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(response, fc.boolean(), (payload, reports) => {
        const failed = failedItems({ payload }, batch, reports);
        return failed.isSubsetOf(new Set(batch));
      }),
    );
  });
});
