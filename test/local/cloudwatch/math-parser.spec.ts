import assert from "node:assert/strict";
import fc from "fast-check";
import { type Expression, parseMath } from "../../../local/cloudwatch/math-parser.ts";

/** With parentheses around every operation. */
function written(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "text":
      return JSON.stringify(expression.value);
    case "name":
      return expression.name;
    case "negative":
      return `(-${written(expression.operand)})`;
    case "binary":
      return `(${written(expression.left)} ${expression.operator} ${written(expression.right)})`;
    case "array":
      return `[${expression.items.map(written).join(", ")}]`;
    case "call":
      return `${expression.name}(${expression.args.map(written).join(", ")})`;
  }
}

describe("the parser of metric math", () => {
  const read: [string, string][] = [
    ["a+b*c^2-d/4", "((a + (b * (c ^ 2))) - (d / 4))"],
    ["2^3^4", "(2 ^ (3 ^ 4))"],
    ["-a^2*b", "((-(a ^ 2)) * b)"],
    ["2^-1", "(2 ^ (-1))"],
    ["--a", "(-(-a))"],
    ["a - b - c", "((a - b) - c)"],
    ["a > 1 AND b < 2 OR c == 3", "(((a > 1) AND (b < 2)) OR (c == 3))"],
    ["a||b&&c", "(a OR (b AND c))"],
    ["a + 1 >= b * 2", "((a + 1) >= (b * 2))"],
    ["((a))", "a"],
    ['SUM(METRICS("errors"))', 'SUM(METRICS("errors"))'],
    ["[a, [b], -c]", "[a, [b], (-c)]"],
    ["FILL(a,REPEAT)/1.5e-3", "(FILL(a, REPEAT) / 0.0015)"],
    ["METRICS( )", "METRICS()"],
    ["ANDROID + or", "(ANDROID + or)"],
    ["\n a\t+ b ", "(a + b)"],
  ];
  for (const [text, expected] of read) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(written(parseMath(text)), expected);
    });
  }

  it("reads again what it has written", () => {
    for (const [text] of read) {
      const once = written(parseMath(text));
      assert.equal(written(parseMath(once)), once);
    }
  });

  const refused: [string, RegExp][] = [
    ["", /^a value is missing before the end \(at character 1\)$/],
    ["a +", /^a value is missing before the end \(at character 4\)$/],
    ["a b", /^an operator is missing before b \(at character 3\)$/],
    ["(a", /^\) is missing before the end \(at character 3\)$/],
    ["a)", /^an operator is missing before \) \(at character 2\)$/],
    ["SUM(a,)", /^a value is missing before \) \(at character 7\)$/],
    ["a % b", /^"%" is not part of metric math \(at character 3\)$/],
    ["a = b", /^"=" is not part of metric math/],
    ["AND a", /^a value is missing before AND/],
    ["METRICS('x)", /^"'" is not part of metric math \(at character 9\)$/],
    ["a.b", /^"\." is not part of metric math/],
    ["m1 m1", /an operator is missing before m1/],
    ["3a", /an operator is missing before a/],
  ];
  for (const [text, problem] of refused) {
    it(`refuses ${JSON.stringify(text)}, and says where`, () => {
      assert.throws(() => parseMath(text), { name: "QueryError", message: problem });
    });
  }

  it("answers every text with an expression or a QueryError", () => {
    const pieces = [
      "a",
      "1",
      "(",
      ")",
      "[",
      "]",
      ",",
      "+",
      "-",
      "^",
      "<",
      "<=",
      "AND",
      "IF(",
      '"x"',
      "'",
      " ",
      "é",
      "constructor",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        try {
          written(parseMath(parts.join("")));
        } catch (error) {
          assert.equal((error as Error).name, "QueryError");
        }
      }),
    );
  });
});
