import assert from "node:assert/strict";
import { batchResponse } from "../../../functions/common/batch-response.ts";

describe("batchResponse", () => {
  it("names each message", () => {
    assert.deepEqual(batchResponse(new Set(["a", "b"])), {
      batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "b" }],
    });
  });

  it("reports the whole batch where a message has no id", () => {
    for (const id of [undefined, null, 7, [["a"]]]) {
      assert.deepEqual(batchResponse([id]), { batchItemFailures: [{ itemIdentifier: "" }] });
    }
  });
});
