import assert from "node:assert/strict";
import fc from "fast-check";
import type { LakeColumn } from "../../../../functions/common/lake-topic.ts";
import { isPresent, typed, valueText } from "../../../../functions/refinery-plan/sql/casts.ts";
import { text } from "../../../../functions/refinery-plan/sql/text.ts";
import { codePoint } from "../../../support/code-point.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { column, type Lake, openLake } from "../lake.ts";

/** By type: what a payload's value becomes; null where the type cannot hold it. */
const VALUES: Readonly<Record<string, readonly (readonly [json: string, value: string | null])[]>> = {
  string: [
    ['"a \\"quoted\\" \'text\'\\n"', "a \"quoted\" 'text'\n"],
    ['""', ""],
    ['"null"', "null"],
    ["1.50", "1.50"],
    ["true", "true"],
    ['"日本 \\u0000 \\ud83d\\ude00"', "日本 \0 😀"],
    ['{"a":1}', null],
    ["[1]", null],
    ["null", null],
  ],
  boolean: [
    ["true", "true"],
    ['"false"', "false"],
    ['"True"', null],
    ["1", null],
    ['"true\\n"', null],
  ],
  int: [
    ["12", "12"],
    ['"-007"', "-7"],
    ["2147483647", "2147483647"],
    ["2147483648", null],
    ["1.0", null],
    ["1e3", null],
    ['" 1"', null],
    ['"1\\n"', null],
    ['"+1"', null],
    ['"1_000"', null],
    ['"0x10"', null],
    ['"١"', null],
    ['""', null],
  ],
  bigint: [
    ["9223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9223372036854775808", null],
    ["9007199254740993", "9007199254740993"],
  ],
  double: [
    ["1.5e3", "1500.0"],
    ["-0.25", "-0.25"],
    ["123456.5", "123456.5"],
    ["1e999", null],
    ["-1e999", null],
    ['"NaN"', null],
    ['"Infinity"', null],
    ['"1."', null],
    ['".5"', null],
    ['"1e"', null],
  ],
  "decimal(18,2)": [
    ["10.5", "10.50"],
    ["10.500000", "10.50"],
    ["-0.01", "-0.01"],
    // Nothing is rounded.
    ["0.005", null],
    ["1e2", null],
    ["1234567890123456.78", "1234567890123456.78"],
    ["12345678901234567.00", null],
    ['"5."', null],
    ['"1,000.00"', null],
    ['"10.50\\n"', null],
  ],
  "decimal(38,0)": [
    ["99999999999999999999999999999999999999", "99999999999999999999999999999999999999"],
    ["1.000", "1"],
    ["1.5", null],
    ['"5."', null],
  ],
  date: [
    ['"2026-02-28"', "2026-02-28"],
    ['"2024-02-29"', "2024-02-29"],
    ['"2026-02-29"', null],
    ['"2026-13-01"', null],
    ['"0026-01-01"', null],
    ['"2026-1-1"', null],
    ['"2026-01-01T00:00:00Z"', null],
    ["20260101", null],
  ],
  timestamp: [
    ['"2026-01-10T12:00:00Z"', "2026-01-10 12:00:00.000000"],
    ['"2026-01-10 12:00:00.5+00:00"', "2026-01-10 12:00:00.500000"],
    // Microseconds are kept, what is finer is cut.
    ['"2026-01-10T12:00:00.123456789Z"', "2026-01-10 12:00:00.123456"],
    ['"2026-01-10T00:15:00+05:45"', "2026-01-09 18:30:00.000000"],
    ['"2026-01-09T23:45:00-02:30"', "2026-01-10 02:15:00.000000"],
    ['"2026-01-10T12:00:00"', null],
    ['"2026-01-10T12:00:00+0200"', null],
    ['"2026-01-10T24:00:00Z"', null],
    ['"2026-01-10T23:59:60Z"', null],
    ['"2026-02-30T00:00:00Z"', null],
    ['"2026-01-10T12:00Z"', null],
    ['"2026-01-10T12:00:00+15:00"', null],
    ["1768046400", null],
    ['"2026-01-10T12:00:00Z\\n"', null],
  ],
};

describe("the casts of declared columns", () => {
  let lake: Lake;
  before(async () => {
    lake = await openLake("orders");
  });
  after(() => lake.close());

  function query(of: LakeColumn, payloads: readonly string[]): string {
    const values = payloads.map((payload, index) => `(${index}, ${text(payload)})`).join(", ");
    return `SELECT CAST(${typed(of, "value")} AS VARCHAR), CAST(present AS VARCHAR)
FROM (
  SELECT n, ${valueText(of)} AS value, ${isPresent(of)} AS present FROM (VALUES ${values}) AS rows_ (n, json_payload)
) AS texts
ORDER BY n`;
  }

  for (const [type, cases] of Object.entries(VALUES)) {
    it(`reads a ${type} exactly, or not at all`, async () => {
      const sql = query(
        column("a", type),
        cases.map(([json]) => `{"a":${json}}`),
      );
      const rows = await lake.run(sql);
      const found = rows.map(([value], index) => [cases[index]?.[0], value]);
      // DuckDB prints a timestamp without a fraction that is zero.
      const shown = type === "timestamp" ? found.map(([json, value]) => [json, value && micros(value)]) : found;
      assert.deepEqual(shown, cases);
      assert.deepEqual(await trinoProblems(sql), []);
    });
  }

  it("tells a value that cannot be read from one that is not there", async () => {
    const payloads = [
      "{}",
      '{"a":null}',
      '{"a":"null"}',
      '{"a":{}}',
      '{"a":[]}',
      '{"a":""}',
      "[]",
      '"a"',
      "1",
      "not JSON",
    ];
    const rows = await lake.run(query(column("a", "int"), payloads));
    assert.deepEqual(
      rows.map(([, present]) => present),
      ["false", "false", "true", "true", "true", "true", "false", "false", "false", "false"],
    );
  });

  it("follows a path, whatever its keys are called", async () => {
    const path = ["select", "a-b c", "$ref", "日'本"];
    const payload = JSON.stringify({ select: { "a-b c": { $ref: { "日'本": "found" } } } });
    assert.deepEqual(await lake.run(query(column("a", "string", { path }), [payload, '{"select":[]}'])), [
      ["found", "true"],
      [null, "false"],
    ]);
  });

  it("refuses a key that a path of Trino's cannot hold", () => {
    for (const key of ['a"b', "a\\b"]) {
      assert.throws(() => valueText(column("a", "string", { path: ["x", key] })), /no key may hold a quote/);
    }
  });

  it("refuses a type that it does not know", () => {
    assert.throws(() => typed(column("a", "uuid"), "value"), /column a: no SQL for the type uuid/);
  });

  it("takes the first of repeated keys, and depth for what it is", async () => {
    const deep = `${'{"b":'.repeat(5000)}1${"}".repeat(5000)}`;
    const rows = await lake.run(
      query(column("a", "int"), [`{"a":1,"a":2}`, `{"deep":${deep},"a":3}`, `{"a":${deep}}`]),
    );
    assert.deepEqual(rows, [
      ["1", "true"],
      ["3", "true"],
      [null, "true"],
    ]);
  });

  it("fails for no text at all, of any type", async () => {
    const types = Object.keys(VALUES);
    const digits = fc.stringMatching(/^[-+0-9.eE:TZ ]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ unit: codePoint }), digits, fc.json()), { minLength: 1 }),
        async (texts) => {
          const payloads = texts.map((value) => JSON.stringify({ a: value }).replaceAll("\\u0000", "0"));
          for (const type of types)
            assert.equal((await lake.run(query(column("a", type), payloads))).length, texts.length);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function micros(timestamp: string): string {
  const [whole, fraction = ""] = timestamp.split(".");
  return `${whole}.${fraction.padEnd(6, "0")}`;
}
