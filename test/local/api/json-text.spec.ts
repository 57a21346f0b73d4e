import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonText } from "../../../local/api/json-text.mjs";

/** As the only reader that counts sees it. */
function parsed(parse: () => unknown): { value: unknown } | { error: string } {
  try {
    return { value: parse() };
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return { error: error.message };
  }
}

function assertReadAsJsonParse(bytes: Buffer): JsonText {
  const text = JsonText.of(bytes);
  assert.equal(text.text, bytes.toString());
  assert.deepEqual(
    parsed(() => text.parse()),
    parsed(() => JSON.parse(bytes.toString())),
  );
  return text;
}

/** Enough to be read in pieces. */
const LONG = 70_000;

const hard = [
  '"\\"]}"',
  '"\\\\"',
  `"${"\\\\".repeat(50)}"`,
  `"${"\\".repeat(99)}""`,
  `"${"x".repeat(500)}\\""`,
  '"]"',
  "[[],[[1]]]",
  '{"a":[{"b":[]}]}',
  '"é😀\\ud800"',
  '{"__proto__":{"polluted":true}}',
  "12345678901234567890",
];

/** Elements that make a list of more than `LONG` bytes. */
const elements = fc
  .array(fc.oneof(fc.json(), fc.constantFrom(...hard)), { minLength: 1, maxLength: 20 })
  .map((some) => {
    const list: string[] = [];
    for (let length = 0; length < LONG; ) {
      for (const element of [...some, `"${"y".repeat(900)}"`]) {
        list.push(element);
        length += element.length + 1;
      }
    }
    return list;
  });

describe("JSON text in pieces", () => {
  it("reads what is mostly a list as JSON.parse does, wherever the list stands", () => {
    const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
    const beside = fc.constantFrom("", '"before":"[{","list":7,', '"deep":{"list":[1,2]},', '"other":[],');
    const after = fc.constantFrom("", ',"z":[1,2]', ',"list":"the last one of a name wins"', ',"list":[3]');
    fc.assert(
      fc.property(elements, beside, after, space, fc.constantFrom("list", "__proto__", "ré"), (list, a, z, s, name) => {
        const text = `${s}{${a}"${name}"${s}:${s}[${s}${list.join(`${s},${s}`)}${s}]${s}${z}}${s}`;
        assertReadAsJsonParse(Buffer.from(text));
      }),
      { numRuns: 40 },
    );
  });

  it("says of what is no JSON what JSON.parse says", () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      byte: fc.oneof(fc.constantFrom(...Buffer.from('",[]{}:\\ x')), fc.nat(255)),
    });
    fc.assert(
      fc.property(elements, fc.array(edit, { minLength: 1, maxLength: 3 }), fc.nat(3), (list, edits, cut) => {
        const bytes = Buffer.from(`{"list":[${list.join(",")}],"z":1}`);
        for (const { at, byte } of edits) bytes[Math.floor(at * bytes.length)] = byte;
        assertReadAsJsonParse(bytes.subarray(0, bytes.length - cut));
      }),
      { numRuns: 60 },
    );
  });

  it("is one piece where that costs no more, and where there is no list to part it by", () => {
    const short = '{"list":[1,2,3]}';
    const noList = JSON.stringify({ text: "x".repeat(LONG), list: [1, 2] });
    const oneElement = JSON.stringify({ list: ["x".repeat(LONG)] });
    const deeper = JSON.stringify({ event: { list: Array.from({ length: 9 }, () => "x".repeat(10_000)) } });
    for (const text of ["", short, noList, oneElement, deeper, "[1]", '"x"', `"${"[1],".repeat(LONG / 4)}"`]) {
      assert.equal(assertReadAsJsonParse(Buffer.from(text)).isLong, false);
    }
    const long = { list: Array.from({ length: 9 }, () => "x".repeat(10_000)) };
    assert.equal(assertReadAsJsonParse(Buffer.from(JSON.stringify(long))).isLong, true);
  });

  it("keeps nothing of the bytes", () => {
    const bytes = Buffer.from(JSON.stringify({ list: Array.from({ length: 9 }, () => "x".repeat(10_000)) }));
    const [text, before] = [JsonText.of(bytes), bytes.toString()];
    bytes.fill(0x20);
    assert.equal(text.text, before);
  });

  it("takes more elements than a call takes arguments, and any depth", () => {
    assertReadAsJsonParse(Buffer.from(`{"list":[${"1,".repeat(400_000)}1]}`));
    const deep = `{"list":[${"[".repeat(100_000)}${"]".repeat(100_000)},2]}`;
    // Too deep to be compared.
    assert.doesNotThrow(() => JsonText.of(Buffer.from(deep)).parse());
  });
});
