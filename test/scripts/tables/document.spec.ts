import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS } from "../../../functions/common/lake-topic.ts";
import { BALANCE_COLUMNS } from "../../../functions/water-balance/statements.ts";
import { queriesOf, withAnswers } from "../../../scripts/tables/document.ts";
import { trinoProblems } from "../../support/trino.ts";

const document = `Before.

\`\`\`sql
SELECT 1
\`\`\`

| a |
|---|
| of before |

Between.

\`\`\`sql
SELECT 2,
  3
\`\`\`

After.
`;

describe("the answers in a document", () => {
  it("are to its queries, in their order", () => {
    assert.deepEqual(queriesOf(document), ["SELECT 1", "SELECT 2,\n  3"]);
  });

  it("stand behind their queries, in place of those before", () => {
    const answers = [
      [["one"], ["1"]],
      [
        ["two", "three"],
        ["{|`}", null],
        ["2", ""],
      ],
    ];
    const answered = withAnswers(document, answers);
    assert.equal(
      answered,
      document
        .replace("| a |\n|---|\n| of before |\n", "| one |\n|---|\n| 1 |\n")
        .replace("After.", "| two | three |\n|---|---|\n| `{\\| }` | *null* |\n| 2 |  |\n\nAfter."),
    );
    assert.equal(withAnswers(answered, answers), answered);
  });

  it("are all there", () => {
    assert.throws(() => withAnswers(document, [[["one"]]]), /there is no answer to: SELECT 2/);
  });
});

describe("docs/tables.md", () => {
  const text = readFileSync(new URL("../../../docs/tables.md", import.meta.url), "utf8");

  it("says what every column is, with its type", () => {
    for (const { name, type } of [...ENVELOPE_COLUMNS, ...REJECTED_COLUMNS, ...BALANCE_COLUMNS]) {
      assert.ok(text.includes(`\n| \`${name}\` | \`${type}\` |`), `${name} ${type}`);
    }
  });

  it("asks what Trino can parse", async () => {
    for (const sql of queriesOf(text)) assert.deepEqual(await trinoProblems(sql), [], sql);
  });
});
