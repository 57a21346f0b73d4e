import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { FUNCTIONS } from "../../../../local/athena/sql/functions.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { type Lake, openLake } from "../fixtures.ts";

const payload = `'{"a": 1.50, "b": {"c": [1, "x", null, true]}, "d": null, "e f": "\\u00e9\\n", "big": 12345678901234567.89, "a": 2}'`;

/** An expression, and what Trino answers to it as Athena prints it. */
const cases: readonly (readonly [expression: string, answer: string | null])[] = [
  ["coalesce(NULL, 'a')", "a"],
  ["nullif('a', 'a')", null],
  ["if(1 > 2, 'a', 'b')", "b"],
  ["cast('12' AS bigint)", "12"],
  ["CAST(DATE '2026-01-02' AS varchar)", "2026-01-02"],
  ["CAST('2026-01-02 03:04:05.123456' AS timestamp(6))", "2026-01-02 03:04:05.123456"],
  ["try_cast('x' AS bigint)", null],
  ["TRY(CAST('x' AS decimal(18,2)))", null],

  ["count(*)", "3"],
  ["count(*) FILTER (WHERE n > 1)", "2"],
  ["count(DISTINCT k)", "2"],
  ["count_if(n > 1)", "2"],
  ["sum(n)", "6"],
  ["sum(n) FILTER (WHERE n > 9)", null],
  ["min(k)", "a"],
  ["max(n)", "3"],
  ["bool_and(n > 1)", "false"],
  ["bool_or(n > 1)", "true"],

  ["lower('ÄB')", "äb"],
  ["upper('äb')", "ÄB"],
  ["length('é🙂')", "2"],
  ["strpos('abc', 'c')", "3"],
  ["starts_with('abc', 'ab')", "true"],
  ["abs(-5)", "5"],
  ["concat('a', 'b', 'c')", "abc"],
  ["concat('a', NULL)", null],
  ["concat_ws('; ', 'a', NULL, 'b')", "a; b"],
  ["concat_ws('; ', NULL, NULL)", ""],
  ["concat_ws(NULL, 'a')", null],
  ["substr('hello', 2, 3)", "ell"],
  ["substr('hello', -3)", "llo"],
  ["substr('hello', 0)", ""],
  ["substr('hello', -9, 8)", ""],
  ["substr('hello', 9)", ""],
  ["substr('hello', 2, 0)", ""],
  ["replace('aba', 'a', 'x')", "xbx"],
  ["regexp_like('order-12', '[0-9]+')", "true"],
  ["regexp_like('12', '\\A[0-9]+\\z')", "true"],
  ["regexp_like('12\n', '\\A[0-9]+\\z')", "false"],
  ["regexp_like(NULL, 'a')", null],
  ["greatest(1, 3, 2)", "3"],
  ["greatest(1, NULL)", null],
  ["least('b', 'a')", "a"],
  ["least(NULL, 1)", null],

  [`json_extract_scalar(${payload}, '$.a')`, "1.50"],
  [`json_extract_scalar(${payload}, '$.big')`, "12345678901234567.89"],
  [`json_extract_scalar(${payload}, '$["e f"]')`, "é\n"],
  [`json_extract_scalar(${payload}, '$.b.c[1]')`, "x"],
  [`json_extract_scalar(${payload}, '$.b.c[2]')`, null],
  [`json_extract_scalar(${payload}, '$.b.c[3]')`, "true"],
  [`json_extract_scalar(${payload}, '$.b')`, null],
  // A name by its code points, one with a space, and one that is no member's.
  [String.raw`json_extract_scalar('{"b":{"\u0061":1}}', '$.b.a')`, "1"],
  [`json_extract_scalar('{"b":{"c d":[1]}}', '$.b["c d"][0]')`, "1"],
  [`json_extract_scalar('{"b":"a"}', '$.a')`, null],
  [`json_extract_scalar(${payload}, '$.d')`, null],
  [`json_extract_scalar(${payload}, '$.nothing')`, null],
  ["json_extract_scalar('no json', '$.a')", null],
  ["json_extract_scalar(NULL, '$.a')", null],
  [`json_extract(${payload}, '$.d') IS NULL`, "false"],
  [`json_extract(${payload}, '$.nothing') IS NULL`, "true"],
  [`json_format(json_extract(${payload}, '$.d'))`, "null"],
  [`json_format(json_extract(${payload}, '$.b'))`, '{"c":[1,"x",null,true]}'],
  [`json_size(${payload}, '$.b.c')`, "4"],
  [`json_size(${payload}, '$.d')`, "0"],
  [`json_size(${payload}, '$.nothing')`, null],

  [
    "CAST(from_iso8601_timestamp('2026-01-02T03:04:05.1239+02:00') AT TIME ZONE 'UTC' AS timestamp(6))",
    "2026-01-02 01:04:05.123000",
  ],
  [
    "CAST(from_iso8601_timestamp('2026-01-02T03:04Z') AT TIME ZONE 'UTC' AS timestamp(6))",
    "2026-01-02 03:04:00.000000",
  ],
  ["CAST(from_iso8601_timestamp('2026-01-02') AT TIME ZONE 'UTC' AS date)", "2026-01-02"],
  ["CAST(TRY(from_iso8601_timestamp('2026-02-30T00:00:00Z')) AT TIME ZONE 'UTC' AS timestamp(6))", null],
  ["CAST(TRY(from_iso8601_timestamp('yesterday')) AT TIME ZONE 'UTC' AS timestamp(6))", null],
  ["to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:01.5Z'))", "1.5"],
  ["from_unixtime(1767225600)", "2026-01-01 00:00:00.000 UTC"],
  ["from_unixtime(1.5E0)", "1970-01-01 00:00:01.500 UTC"],
  ["CAST(from_unixtime(max(n)) AS timestamp(6))", "1970-01-01 00:00:03.000000"],
  ["to_unixtime(TIMESTAMP '1970-01-02 00:00:00')", "86400.0"],
  ["to_iso8601(CAST('2026-01-02 03:04:05.12' AS timestamp(6)))", "2026-01-02T03:04:05.120000"],
  ["to_iso8601(from_unixtime(0))", "1970-01-01T00:00:00.000Z"],
  ["to_iso8601(DATE '2026-01-02')", "2026-01-02"],
  ["date_trunc('month', DATE '2026-01-20')", "2026-01-01"],
  ["date_trunc('hour', CAST('2026-01-02 03:04:05' AS timestamp(6)))", "2026-01-02 03:00:00.000000"],
  ["date_diff('day', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00')", "0"],
  ["date_diff('hour', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:30:00')", "2"],
  ["date_add('day', -1, DATE '2026-01-01')", "2025-12-31"],
  ["date_add('hour', 2, CAST('2026-01-01 23:00:00' AS timestamp(6)))", "2026-01-02 01:00:00.000000"],
  ["year(DATE '2026-03-04')", "2026"],
  ["month(DATE '2026-03-04')", "3"],
  ["day(DATE '2026-03-04')", "4"],
  ["hour(TIMESTAMP '2026-03-04 05:06:07')", "5"],

  ["'a' || 'b'", "ab"],
  ["'a' || NULL", null],
  ["CAST(1 AS double)", "1.0"],
  ["CAST('1.5' AS decimal(18,2)) * 2", "3.00"],
  ["TRUE AND NULL", null],
  ["'B' < 'a'", "true"],
  ["'a' = 'a '", "false"],
];

/** Of window functions, over the values 1 (a), 2 (a), 3 (b). */
const windows: readonly (readonly [expression: string, answers: readonly (string | null)[]])[] = [
  ["row_number() OVER (PARTITION BY k ORDER BY n DESC)", ["2", "1", "1"]],
  ["rank() OVER (ORDER BY k)", ["1", "1", "3"]],
  ["dense_rank() OVER (ORDER BY k)", ["1", "1", "2"]],
  ["lag(n) OVER (ORDER BY n)", [null, "1", "2"]],
  ["lead(n) OVER (ORDER BY n)", ["2", "3", null]],
  ["first_value(n) OVER (PARTITION BY k ORDER BY n DESC)", ["2", "2", "3"]],
  ["last_value(n) OVER (PARTITION BY k ORDER BY n)", ["1", "2", "3"]],
];

const source = "FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b')) AS v (n, k)";

describe("functions of Athena's", () => {
  let lake: Lake;

  before(async () => {
    lake = await openLake();
  });

  after(() => lake.close());

  for (const [expression, answer] of cases) {
    it(`${expression} is ${answer}`, async () => {
      const aggregate = /^(count|sum|min|max|bool_)|\(max/.test(expression);
      const sql = `SELECT ${expression} AS answer ${aggregate ? source : ""}`;
      assert.deepEqual(await trinoProblems(sql), []);
      assert.deepEqual(await lake.rows(sql), [[answer]]);
    });
  }

  for (const [expression, answers] of windows) {
    it(`${expression} is ${answers.join(", ")}`, async () => {
      const sql = `SELECT ${expression} AS answer ${source} ORDER BY n`;
      assert.deepEqual(await trinoProblems(sql), []);
      assert.deepEqual(
        await lake.rows(sql),
        answers.map((answer) => [answer]),
      );
    });
  }

  it("each have an example here", () => {
    const text = [...cases, ...windows].map(([expression]) => expression.toLowerCase()).join("\n");
    const missing = FUNCTIONS.filter(({ name }) => !new RegExp(`\\b${name}\\(`).test(text));
    assert.deepEqual(missing, []);
  });

  it("order nulls last, in either direction, unless told otherwise", async () => {
    const values = "FROM (VALUES (1), (NULL), (2)) AS v (n)";
    assert.deepEqual(await lake.rows(`SELECT n ${values} ORDER BY n`), [["1"], ["2"], [null]]);
    assert.deepEqual(await lake.rows(`SELECT n ${values} ORDER BY n DESC`), [["2"], ["1"], [null]]);
    assert.deepEqual(await lake.rows(`SELECT n ${values} ORDER BY n NULLS FIRST`), [[null], ["1"], ["2"]]);
  });

  it("are all in the documentation, and no others", () => {
    const page = readFileSync(new URL("../../../../docs/local-vs-aws.md", import.meta.url), "utf8");
    const table = page.slice(page.indexOf("| function | here |")).split("\n\n")[0]?.split("\n").slice(2);
    assert.deepEqual(
      table,
      FUNCTIONS.map(({ name, says }) => `| \`${name}\` | ${says} |`),
    );
  });

  const failing = [
    ["concat('a', 1)", "FUNCTION_NOT_FOUND"],
    ["regexp_like(1, 'a')", "FUNCTION_NOT_FOUND"],
    ["from_unixtime('0')", "FUNCTION_NOT_FOUND"],
    ["substr('a', 'b')", "FUNCTION_NOT_FOUND"],
    ["CAST('x' AS bigint)", "INVALID_CAST_ARGUMENT"],
    ["CAST('99999999999999999999' AS bigint)", "INVALID_CAST_ARGUMENT"],
    ["replace('a', '', 'x')", "INVALID_CAST_ARGUMENT"],
    ["date_add('month', 1, DATE '2026-01-31')", "INVALID_CAST_ARGUMENT"],
    ["to_unixtime(from_iso8601_timestamp('2026-01-02 03:04:05'))", "INVALID_CAST_ARGUMENT"],
    ["to_unixtime(from_iso8601_timestamp('2026-01-02T24:00:00Z'))", "INVALID_CAST_ARGUMENT"],
  ] as const;
  for (const [expression, code] of failing) {
    it(`fail: ${expression}`, async () => {
      const { state, reason = "" } = await lake.run(`SELECT ${expression} AS answer`);
      assert.equal(state, "FAILED");
      assert.ok(reason.startsWith(`${code}: `), reason);
    });
  }
});
