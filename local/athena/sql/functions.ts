/** A function that a statement may call: Trino has it, and DuckDB gives the same answer. */
export interface SqlFunction {
  name: string;
  /** What a statement's author must know of it. */
  says: string;
  /**
   * DuckDB's macros of this name, as parameters and body, by type or number of the arguments; none where DuckDB's own
   * function answers alike, or where the function is registered in JavaScript.
   */
  macros?: readonly (readonly [parameters: string, body: string])[];
}

/**
 * Every function that the local Athena runs; a statement that calls another is refused. A typed macro takes arguments
 * of that type only, as Trino does, where DuckDB would cast.
 *
 * Semantics are those of https://trino.io/docs/current/functions.html, which Athena's engine version 3 follows
 * (https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html).
 */
export const FUNCTIONS: readonly SqlFunction[] = [
  { name: "coalesce", says: "as in Trino" },
  { name: "nullif", says: "as in Trino" },
  { name: "if", says: "with three arguments" },
  { name: "cast", says: "to varchar, boolean, integer, bigint, real, double, decimal(p,s), date and timestamp(6)" },
  { name: "try_cast", says: "to the types of cast; what each engine takes of a text differs, so check the text first" },
  { name: "try", says: "null where the expression fails" },

  { name: "count", says: "as in Trino" },
  { name: "count_if", says: "as in Trino" },
  { name: "sum", says: "as in Trino, of integers, decimals and doubles" },
  { name: "min", says: "as in Trino" },
  { name: "max", says: "as in Trino" },
  { name: "bool_and", says: "as in Trino" },
  { name: "bool_or", says: "as in Trino" },

  { name: "row_number", says: "as in Trino" },
  { name: "rank", says: "as in Trino" },
  { name: "dense_rank", says: "as in Trino" },
  { name: "lag", says: "as in Trino" },
  { name: "lead", says: "as in Trino" },
  { name: "first_value", says: "as in Trino" },
  { name: "last_value", says: "as in Trino" },

  { name: "lower", says: "as in Trino, letter by letter" },
  { name: "upper", says: "as in Trino, letter by letter" },
  { name: "length", says: "code points" },
  { name: "strpos", says: "as in Trino" },
  { name: "starts_with", says: "as in Trino" },
  { name: "abs", says: "as in Trino" },
  {
    name: "concat",
    says: "of two to eight texts; null where one of them is null",
    macros: range(2, 8).map((count) => {
      const names = argumentNames(count);
      return [names.map((name) => `${name} VARCHAR`).join(", "), `CAST(${names.join(" || ")} AS VARCHAR)`] as const;
    }),
  },
  {
    name: "concat_ws",
    says: "of a separator and one to eight texts; passes over nulls, null where the separator is null",
    macros: range(1, 8).map((count) => {
      const names = argumentNames(count);
      const parameters = ["separator", ...names].map((name) => `${name} VARCHAR`).join(", ");
      return [parameters, `system.main.concat_ws(separator, ${names.join(", ")})`] as const;
    }),
  },
  {
    name: "substr",
    says: "positions count from 1, negative ones from the end; position 0 or beyond the text's start gives ''",
    macros: [
      ["s VARCHAR, i BIGINT", substring("system.main.substr(s, i)")],
      [
        "s VARCHAR, i BIGINT, n BIGINT",
        `CASE WHEN n <= 0 THEN '' ELSE ${substring("system.main.substr(s, i, n)")} END`,
      ],
    ],
  },
  {
    name: "replace",
    says: "of three texts, the second not empty",
    macros: [
      [
        "s VARCHAR, search VARCHAR, replacement VARCHAR",
        `CASE WHEN search = '' THEN ${failure("'replace: the text searched for is empty'", "VARCHAR")} ELSE system.main.replace(s, search, replacement) END`,
      ],
    ],
  },
  {
    name: "regexp_like",
    says: "the pattern is a literal; no look-around, back reference or class such as \\d, and \\z instead of $, which Trino lets stand before a last line feed",
    macros: [["s VARCHAR, pattern VARCHAR", "regexp_matches(s, pattern)"]],
  },
  {
    name: "greatest",
    says: "of two to four values; null where one of them is null",
    macros: range(2, 4).map((count) => extreme("greatest", argumentNames(count))),
  },
  {
    name: "least",
    says: "of two to four values; null where one of them is null",
    macros: range(2, 4).map((count) => extreme("least", argumentNames(count))),
  },

  {
    name: "json_extract_scalar",
    says: 'the text of a string, number (its digits as they stand) or boolean at a path; null for an object, an array, null, an absent key or text that is not JSON; the path is a literal such as $.a.b, $.a[0] or $["a b"]',
  },
  {
    name: "json_extract",
    says: "only in json_extract(…) IS [NOT] NULL and json_format(json_extract(…)); not null for JSON's null; the path as in json_extract_scalar",
  },
  { name: "json_format", says: "only of json_extract: the value's JSON text without white space between its tokens" },
  {
    name: "json_size",
    says: "members of an object or array at a path, 0 for any other value, null where there is none",
  },

  {
    name: "from_iso8601_timestamp",
    says: "of YYYY-MM-DD[Thh:mm[:ss[.fraction]][Z|±hh:mm]], to the millisecond as in Trino, whose result keeps its offset: so always in CAST(from_iso8601_timestamp(…) AT TIME ZONE 'UTC' AS timestamp(6)) or to_unixtime(from_iso8601_timestamp(…)); other forms fail, some of which Trino takes",
    macros: [["s VARCHAR", isoTimestamp("s")]],
  },
  {
    name: "from_unixtime",
    says: "of seconds, to the millisecond; a timestamp with time zone (UTC)",
    macros: [["seconds DOUBLE", "to_timestamp(floor(seconds * 1000 + 0.5) / 1000)"]],
  },
  {
    name: "to_unixtime",
    says: "seconds as a double",
    macros: [["t", "epoch(t)"]],
  },
  {
    name: "to_iso8601",
    says: "a timestamp(6) with six decimals and no zone, a timestamp with time zone with three and Z, a date as YYYY-MM-DD; max(to_iso8601(…)), not to_iso8601(max(…))",
    macros: [
      ["t TIMESTAMP", "strftime(t, '%Y-%m-%dT%H:%M:%S.%f')"],
      ["t TIMESTAMPTZ", "strftime(timezone('UTC', t), '%Y-%m-%dT%H:%M:%S.%g') || 'Z'"],
      ["d DATE", "strftime(d, '%Y-%m-%d')"],
    ],
  },
  {
    name: "date_trunc",
    says: "of a timestamp or a date, which stays one; max(date_trunc(…)), not date_trunc(…, max(…))",
    macros: [
      ["unit VARCHAR, t TIMESTAMP", "system.main.date_trunc(unit, t)"],
      ["unit VARCHAR, t TIMESTAMPTZ", "system.main.date_trunc(unit, t)"],
      ["unit VARCHAR, d DATE", "CAST(system.main.date_trunc(unit, d) AS DATE)"],
    ],
  },
  {
    name: "date_diff",
    says: "whole units from the first to the second; both of one type",
    macros: [["unit, a, b", "date_sub(unit, a, b)"]],
  },
  {
    name: "date_add",
    says: "unit 'second', 'minute', 'hour' or 'day', of a date only 'day'; another unit fails",
    macros: [
      ["unit VARCHAR, n BIGINT, t TIMESTAMP", `t + ${interval()}`],
      ["unit VARCHAR, n BIGINT, t TIMESTAMPTZ", `t + ${interval()}`],
      [
        "unit VARCHAR, n BIGINT, d DATE",
        `CASE unit WHEN 'day' THEN d + CAST(n AS INTEGER) ELSE ${failure("'date_add: of a date only days, not ' || unit", "DATE")} END`,
      ],
    ],
  },
  { name: "year", says: "as in Trino" },
  { name: "month", says: "as in Trino" },
  { name: "day", says: "as in Trino" },
  { name: "hour", says: "as in Trino" },
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function argumentNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `a${index + 1}`);
}

function substring(call: string): string {
  return `CASE WHEN i = 0 OR i < -length(s) THEN '' ELSE ${call} END`;
}

/** DuckDB's own passes over nulls. */
function extreme(name: string, names: readonly string[]): readonly [string, string] {
  const anyNull = names.map((argument) => `${argument} IS NULL`).join(" OR ");
  return [names.join(", "), `CASE WHEN ${anyNull} THEN NULL ELSE system.main.${name}(${names.join(", ")}) END`];
}

/** Fails with a text. DuckDB's `error` would do, if TRY took it. */
function failure(text: string, type: string): string {
  return `CAST(CAST(${text} AS INTEGER) AS ${type})`;
}

function isoTimestamp(text: string): string {
  const [hour, sixty] = ["([01][0-9]|2[0-3])", "[0-5][0-9]"];
  const zone = `(Z|[+-]${hour}:${sixty})?`;
  const form = `[0-9]{4}-[0-9]{2}-[0-9]{2}(T${hour}:${sixty}(:${sixty}(\\.[0-9]{1,9})?)?${zone})?`;
  // DuckDB asks for seconds where there is a zone.
  const whole = `regexp_replace(${text}, '(T[0-9]{2}:[0-9]{2})([Z+-].*)?$', '\\1:00\\2')`;
  const read = `system.main.date_trunc('millisecond', CAST(${whole} AS TIMESTAMPTZ))`;
  const refused = failure(`'from_iso8601_timestamp: Invalid format: ' || ${text}`, "TIMESTAMPTZ");
  return `CASE WHEN regexp_full_match(${text}, '${form}') THEN ${read} WHEN ${text} IS NOT NULL THEN ${refused} END`;
}

function interval(): string {
  const units = ["second", "minute", "hour", "day"];
  const cases = units.map(
    (unit) => `WHEN '${unit}' THEN to_${unit}s(CAST(n AS ${unit === "day" ? "INTEGER" : "BIGINT"}))`,
  );
  return `CASE unit ${cases.join(" ")} ELSE ${failure("'date_add: no unit ' || unit", "INTERVAL")} END`;
}
