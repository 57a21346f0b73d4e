import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonScanner, type ScannedValue, Shape } from "../../../functions/sqs-processor/json-scan.ts";
import { jsonText } from "../support/json-text.ts";

const scanner = new JsonScanner();
const NOTHING = new Shape({});
const isJson = (text: string) => scanner.scan(text, NOTHING) !== undefined;

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("JsonScanner", () => {
  describe("what it accepts", () => {
    const hostile = [
      ...'{}[],:"\\-+.eE01tfn \t\n\r\u0000\u000b\u007f\u00a0\u2028\ufeff',
      "",
      "{",
      "[",
      '"',
      '"a',
      '"\\',
      '"\\"',
      '"\\u',
      '"\\u12',
      '"\\u123g"',
      '"\\u1234"',
      '"\\x"',
      '"\\U1234"',
      '"\n"',
      '"\t"',
      '"\u0000"',
      '"\u001f"',
      '"\u0020"',
      "01",
      "-",
      "-0",
      "-01",
      "1.",
      ".1",
      "1.e1",
      "1e",
      "1e+",
      "1E-0",
      "1e1.5",
      "+1",
      "0x1",
      "1_0",
      "Infinity",
      "NaN",
      "tru",
      "truee",
      "True",
      "nul",
      "undefined",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1}",
      "{]",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      "{a:1}",
      "{'a':1}",
      '{"a":1 "b":2}',
      '{"a"1}',
      "{} {}",
      "[]]",
      "\ufeff{}",
      "{}\u0000",
      "\u0000{}",
      "/**/{}",
      '{"a":1}//',
      "\u00a0{}",
      " \t\n\r{ \t\n\r} \t\n\r",
      '{"__proto__":{},"constructor":[]}',
      "[[[[[[[[[[]]]]]]]]]]",
      "[[[[[[[[[[]]]]]]]]]",
    ];
    for (const text of hostile) {
      it(`is what JSON.parse accepts: ${JSON.stringify(text)}`, () => assert.equal(isJson(text), parses(text)));
    }

    it("is every JSON text, whatever its spacing, escapes and numbers", () => {
      fc.assert(
        fc.property(jsonText().value, (text) => {
          assert.ok(parses(text));
          assert.ok(isJson(text));
        }),
        { numRuns: 500 },
      );
    });

    it("is what JSON.parse accepts of texts that were cut, overwritten or added to anywhere", () => {
      const part = fc.oneof(
        fc.constantFrom(...'{}[],:"\\-+.eE019tfnu \n\u0000\u001f', "null", '"a"', "\\u00", "", ""),
        fc.string({ maxLength: 3 }),
      );
      const mutated = fc
        .tuple(jsonText().value, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), part), { minLength: 1, maxLength: 3 }))
        .map(([text, edits]) =>
          edits.reduce((edited, [where, removed, added]) => {
            const at = where % (edited.length + 1);
            return edited.slice(0, at) + added + edited.slice(at + removed);
          }, text),
        )
        .filter((text) => text.isWellFormed());
      fc.assert(
        fc.property(mutated, (text) => assert.equal(isJson(text), parses(text))),
        { numRuns: 1000 },
      );
    });

    it("includes a depth that no stack holds", () => {
      const depth = 400_000;
      assert.ok(isJson("[".repeat(depth) + "]".repeat(depth)));
      assert.ok(isJson(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`));
      assert.ok(!isJson("[".repeat(depth) + "]".repeat(depth - 1)));
      assert.ok(!isJson("[".repeat(depth) + "]".repeat(depth + 1)));
    });

    it("excludes a lone surrogate, which no UTF-8 can hold, but not its escape", () => {
      assert.ok(!isJson('"\ud800"'));
      assert.ok(isJson('"\\ud800"'));
    });

    it("does not depend on what was scanned before", () => {
      assert.ok(isJson(`[${"1,".repeat(100_000)}1]`));
      assert.ok(!isJson("[1"));
      assert.ok(!isJson("["));
      assert.ok(isJson("[]"));
    });
  });

  describe("what it finds", () => {
    const inner = new Shape({ a: undefined, ключ: undefined });
    const outer = new Shape({ a: inner, ключ: inner, __proto__x: undefined, longer_key: inner });
    const names = ["a", "ключ", "__proto__x", "longer_key"] as const;

    /** Wanted keys and others, some of them spelt with escapes. */
    const key = fc
      .constantFrom(...names, "b", "", "ab", "__proto__", "constructor", "longer_kez")
      .chain((name) => fc.constantFrom(JSON.stringify(name), `"${escaped(name)}"`));

    it("is each wanted value's own text and its text escaped, of repeated keys the last", () => {
      fc.assert(
        fc.property(jsonText(key).object, (text) => {
          const root = scanner.scan(text, outer);
          assert.ok(root);
          const parsed = JSON.parse(text) as Record<string, unknown>;
          assert.equal(scanner.text(root), text);
          assert.equal(JSON.parse(`"${scanner.escaped(root).toString()}"`), text);
          for (const name of names) {
            const value: ScannedValue | undefined = root.members?.get(name);
            assert.equal(value !== undefined, Object.hasOwn(parsed, name));
            if (value === undefined) continue;
            assert.deepEqual(JSON.parse(scanner.text(value)), parsed[name]);
            assert.equal(JSON.parse(`"${scanner.escaped(value).toString()}"`), scanner.text(value));
            const object: ReadonlyMap<string, ScannedValue> | undefined = value.members;
            for (const innerName of ["a", "ключ"]) {
              const innerValue: ScannedValue | undefined = object?.get(innerName);
              const expected = (parsed[name] as Record<string, unknown> | null)?.[innerName];
              assert.deepEqual(innerValue && JSON.parse(scanner.text(innerValue)), object && expected);
            }
          }
        }),
        { numRuns: 500 },
      );
    });

    it("is whole in a text that grows threefold as UTF-8 or twofold once escaped, whatever its length", () => {
      for (const length of [65_533, 65_534, 65_535, 65_536, 200_000, 600_000]) {
        const quotes = `[${'"",'.repeat(length / 3)}""]`;
        const backslashes = `"${"\\\\".repeat(length / 2)}"`;
        const wide = `"${"€".repeat(length)}"`;
        for (const text of [quotes, backslashes, wide]) {
          for (const form of [text, Buffer.from(text)]) {
            // A new one, whose first text it is.
            const fresh = new JsonScanner();
            const value = fresh.scan(form, NOTHING);
            assert.ok(value);
            assert.ok(fresh.text(value) === text);
            assert.ok(JSON.parse(`"${fresh.escaped(value).toString()}"`) === text);
          }
        }
      }
    });

    it("tells the kind of a value, and what a string says", () => {
      const kinds = { object: "{}", array: "[]", string: '"x"', number: "-1", literal: "null" };
      for (const [kind, text] of Object.entries(kinds)) {
        const found = scanner.scan(`{"a":${text}}`, outer)?.members?.get("a");
        assert.equal(found?.kind, kind);
      }
      const string = scanner.scan('"é\\u00e9\\n\\ud83d\\ude00"', NOTHING);
      assert.equal(string && scanner.content(string), "éé\n😀");
    });

    it("tells where a text stopped being JSON", () => {
      scanner.scan('{"a": nope}', outer);
      assert.equal(scanner.position, 7);
    });

    it("reads UTF-8 as it reads a string", () => {
      const text = '{"ключ": "значение"}';
      const root = scanner.scan(Buffer.from(text), outer);
      assert.equal(root && scanner.text(root), text);
      const value = root?.members?.get("ключ");
      assert.equal(value && scanner.content(value), "значение");
    });
  });
});

/** The same name with its first character as an escape. */
function escaped(name: string): string {
  const [first, ...rest] = name;
  return first === undefined ? "" : `\\u${first.charCodeAt(0).toString(16).padStart(4, "0")}${rest.join("")}`;
}
