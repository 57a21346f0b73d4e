import assert from "node:assert/strict";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../../../functions/common/lake-topic.ts";

describe("the columns of the lake's tables", () => {
  it("leave the payload in CURATED, and in rejected to be looked at", () => {
    const names = (columns: readonly { name: string }[]) => columns.map(({ name }) => name);
    assert.deepEqual(names(SEMANTIC_ENVELOPE), names(ENVELOPE_COLUMNS).slice(0, -1));
    assert.deepEqual(names(REJECTED_COLUMNS), [...names(ENVELOPE_COLUMNS), "reason"]);
  });
});
