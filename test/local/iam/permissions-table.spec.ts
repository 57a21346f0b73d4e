import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { evaluate } from "../../../local/graph/evaluate.ts";
import { BEGIN, permissionsTable, withTable } from "../../../local/iam/permissions-table.ts";

const document = readFileSync(new URL("../../../docs/security.md", import.meta.url), "utf8");

describe("the table of permissions", () => {
  it("is in docs/security.md as the stack has them: `npm run permissions` writes it", async () => {
    assert.equal(document, withTable(document, permissionsTable(await evaluate("dev"))));
  });

  it("names no account, and no key's number", () => {
    assert.doesNotMatch(document.slice(document.indexOf(BEGIN)), /\d{12}/);
  });
});
