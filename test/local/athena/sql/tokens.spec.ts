import assert from "node:assert/strict";
import fc from "fast-check";
import { placeOf, tokensOf } from "../../../../local/athena/sql/tokens.ts";
import { codePoint } from "../../../support/code-point.ts";

describe("tokensOf", () => {
  it("reads words in lower case, and what is quoted as it stands", () => {
    const tokens = tokensOf(`Select "A""b", 'it''s', \`c d\` FROM t -- end`);
    assert.deepEqual(
      tokens.map(({ kind, value }) => `${kind} ${value}`),
      ["word select", 'quoted A"b', "symbol ,", "string it's", "symbol ,", "backquoted c d", "word from", "word t"],
    );
  });

  it("reads numbers and the longest symbols", () => {
    const values = (sql: string) => tokensOf(sql).map(({ value }) => value);
    assert.deepEqual(values("1.5e-3<=.5<>2||a.b"), ["1.5e-3", "<=", ".5", "<>", "2", "||", "a", ".", "b"]);
  });

  it("gives back every text, however it is quoted", () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), fc.string({ minLength: 1 }), (text, name) => {
        const sql = `'${text.replaceAll("'", "''")}' "${name.replaceAll('"', '""')}"`;
        assert.deepEqual(
          tokensOf(sql).map(({ value }) => value),
          [text, name],
        );
      }),
    );
  });

  it("either reads a text as a whole or refuses it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "1", "'", '"', "`", "-", "/", "*", ".", "\n", ";", "$") }),
        (sql) => {
          let end = 0;
          try {
            for (const token of tokensOf(sql)) {
              assert.ok(token.start >= end && token.end > token.start);
              end = token.end;
            }
          } catch (error) {
            assert.equal((error as Error).name, "InvalidRequestException");
          }
        },
      ),
    );
  });

  it("counts lines and columns from 1", () => {
    assert.equal(placeOf("a\nbc", 0), "line 1:1");
    assert.equal(placeOf("a\nbc", 3), "line 2:2");
  });
});
