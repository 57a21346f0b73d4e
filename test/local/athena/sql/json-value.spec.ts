import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compactJson,
  jsonSize,
  jsonValue,
  parseJsonPath,
  scalarText,
} from "../../../../local/athena/sql/json-value.ts";

const at = (json: string, path: string) => jsonValue(json, parseJsonPath(path));

/** A value, and a path that leads to a part of it. */
const valueAndPath = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).chain((value) => {
  const paths: (string | number)[][] = [];
  const walk = (part: unknown, path: (string | number)[]): void => {
    paths.push(path);
    if (typeof part !== "object" || part === null) return;
    for (const [key, inner] of Object.entries(part)) walk(inner, [...path, Array.isArray(part) ? Number(key) : key]);
  };
  walk(value, []);
  return fc.tuple(fc.constant(value), fc.constantFrom(...paths), fc.constantFrom(undefined, 1, "\t"));
});

describe("jsonValue", () => {
  it("finds what JSON.parse finds", () => {
    fc.assert(
      fc.property(valueAndPath, ([value, path, indent]) => {
        const found = jsonValue(JSON.stringify(value, null, indent), path);
        const expected = path.reduce<unknown>((part, step) => (part as Record<string | number, unknown>)[step], value);
        assert.deepEqual(JSON.parse(found ?? ""), JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it("leaves a number's digits as they stand", () => {
    assert.equal(at('{"a":1.50}', "$.a"), "1.50");
    assert.equal(at('{"a": 12345678901234567890.12 }', "$.a"), "12345678901234567890.12");
    assert.equal(at("[1e3,-0]", "$[1]"), "-0");
  });

  it("takes the first of repeated members, under whichever spelling", () => {
    assert.equal(at('{"a":1,"a":2}', "$.a"), "1");
    assert.equal(at('{"\\u0061":1,"a":2}', "$.a"), "1");
  });

  it("finds nothing where there is nothing", () => {
    for (const [json, path] of [
      ["{}", "$.a"],
      ["[]", "$[0]"],
      ["[1]", "$[1]"],
      ["[1]", "$.a"],
      ['{"a":1}', "$[0]"],
      ['"a"', "$.a"],
      ["", "$"],
      ["  ", "$.a"],
      ['{"a"', "$.a"],
      ['{"a":', "$.a"],
      ['{"a" 1}', "$.a"],
      ['{"b":"x', "$.a"],
      ['{"b":{"c":1', "$.a"],
      ['{"a":{"c":1', "$.a"],
      ["[1 2]", "$[1]"],
      ['{"aa":1}', "$.a"],
    ] as const) {
      assert.equal(at(json, path), undefined, `${json} ${path}`);
    }
  });

  it("is not stopped by depth or by length", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    assert.equal(at(`{"deep":${deep},"a":1}`, "$.a"), "1");
    assert.equal(at(`{"long":"${'\\\\\\"'.repeat(200_000)}","a":1}`, "$.a"), "1");
  });
});

describe("parseJsonPath", () => {
  it("reads members and indices", () => {
    assert.deepEqual(parseJsonPath("$"), []);
    assert.deepEqual(parseJsonPath('$.a._b1[0]["c d.e"]'), ["a", "_b1", 0, "c d.e"]);
  });

  for (const path of ["", "a", ".a", "$a", "$.", "$..a", "$.*", "$[*]", "$[-1]", "$.a b", "$['a']", "$.a[", "$.1"]) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      assert.throws(() => parseJsonPath(path), { message: `Invalid JSON path: ${path}` });
    });
  }
});

describe("the parts of a value", () => {
  it("has a scalar's text, and none of anything else", () => {
    const texts = [
      '"a\\n"',
      "1.50",
      "-1e+3",
      "true",
      "false",
      "null",
      "{}",
      "[1]",
      "nul",
      "01",
      "1.",
      "+1",
      '"a',
      '"\n"',
    ];
    assert.deepEqual(texts.map(scalarText), [
      "a\n",
      "1.50",
      "-1e+3",
      "true",
      "false",
      ...Array.from({ length: 9 }, () => undefined),
    ]);
  });

  it("counts members, elements, and nothing in a scalar", () => {
    assert.deepEqual(['{"a":1,"b":[1,2]}', "[1,[2,3]]", "{}", '"ab"', "null", "12", "{", "nil"].map(jsonSize), [
      2,
      2,
      0,
      0,
      0,
      0,
      undefined,
      undefined,
    ]);
  });

  it("loses the white space between tokens, and no other", () => {
    assert.equal(compactJson('{ "a b" : [ 1.50,\n "x \\" y" ] }'), '{"a b":[1.50,"x \\" y"]}');
    assert.equal(compactJson("[1"), undefined);
  });
});
