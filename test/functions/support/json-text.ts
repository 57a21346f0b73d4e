import fc from "fast-check";
import { codePoint } from "../../support/code-point.ts";

/** White space as JSON allows it between tokens; mostly none. */
const space = fc.oneof(
  { weight: 5, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 4 }) },
);

const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 25 });
const number = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole: fc.oneof(
      fc.constant("0"),
      digits.map((text) => `1${text}`),
    ),
    fraction: fc.option(digits, { nil: undefined }),
    exponent: fc.option(fc.tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "+", "-"), digits), { nil: undefined }),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent?.join("") ?? ""}`,
  );

const escapeSequence = fc.oneof(
  fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"),
  fc.integer({ min: 0, max: 0xffff }).map((code) => `\\u${code.toString(16).padStart(4, "0")}`),
  fc.integer({ min: 0, max: 0xffff }).map((code) => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`),
);
const character = codePoint.filter((text) => !/["\\\p{Cc}]/u.test(text));

/** A string's token, with characters of every plane and every kind of escape. */
export const stringText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 6, arbitrary: character }, { weight: 1, arbitrary: escapeSequence }), { maxLength: 20 })
  .map((parts) => `"${parts.join("")}"`);

/** A JSON text as a producer might write it: any spacing, escapes, key order, repeated keys, numbers of any length. */
export function jsonText(key: fc.Arbitrary<string> = stringText): {
  value: fc.Arbitrary<string>;
  object: fc.Arbitrary<string>;
} {
  const list = (item: fc.Arbitrary<string>, open: string, close: string) =>
    fc
      .tuple(space, fc.array(fc.tuple(space, item, space), { maxLength: 5 }))
      .map(([inside, items]) => `${open}${items.map((parts) => parts.join("")).join(",") || inside}${close}`);
  const { value, object } = fc.letrec<{ value: string; object: string; array: string; member: string }>((tie) => ({
    member: fc.tuple(key, space, space, tie("value")).map(([name, a, b, text]) => `${name}${a}:${b}${text}`),
    object: list(tie("member"), "{", "}"),
    array: list(tie("value"), "[", "]"),
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(number, stringText, fc.constantFrom("true", "false", "null")),
      tie("object"),
      tie("array"),
    ),
  }));
  return { value, object };
}
