import assert from "node:assert/strict";
import { parseStatement } from "../../../../local/athena/sql/statement.ts";
import { trinoProblems } from "../../../support/trino.ts";

/** What both engines take. */
const taken = [
  `SELECT "a", t.b, t.* FROM "raw"."orders" AS t WHERE a <> 'x' AND b != 1 AND NOT EXISTS (SELECT 1 FROM u)`,
  "SELECT x, y FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y)",
  "WITH a AS (SELECT 1 AS n), b AS (SELECT n FROM a) SELECT * FROM b UNION ALL SELECT 2",
  "SELECT count(*) FILTER (WHERE n > 1), sum(n) OVER (PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
  "SELECT CASE WHEN a IN (1, 2) THEN 'x' ELSE 'y' END FROM t WHERE a BETWEEN 1 AND 2 OR b LIKE 'x!%%' ESCAPE '!'",
  "SELECT a FROM t WHERE d > current_date - INTERVAL '7' DAY AND e IS NOT DISTINCT FROM 'x' ORDER BY a DESC NULLS LAST LIMIT 10",
  "SELECT 1.5E0, -1, 1e3, DATE '2026-01-02', TIMESTAMP '2026-01-02 03:04:05.123456', TRUE, NULL",
  "SELECT a -- a comment\nFROM t /* another; one */",
  'SELECT t.at, t.system, "copy", a.sample FROM t JOIN a ON t.id = a.id',
  "SELECT regexp_like(a, '^(?i)[a-z$.\\-]+\\z') FROM t",
];

/** What DuckDB alone takes, and what both take and answer differently. */
const refused: Readonly<Record<string, RegExp>> = {
  "SELECT 1; SELECT 2": /only one statement/,
  "": /it is empty/,
  ";": /it is empty/,
  "SELECT (1": /never closed/,
  "SELECT 1)": /nothing is open/,
  "SELECT 'a": /"'a"/,
  "SELECT /* a /* b */ c */ 1": /a comment in a comment/,

  "PRAGMA database_list": /the statements are/,
  "COPY t TO 'x'": /the statements are/,
  "ATTACH 'x.db' AS x": /the statements are/,
  "SET search_path = 'x'": /the statements are/,
  "EXPLAIN SELECT 1": /the statements are/,
  "FROM t": /the statements are/,
  "SELECT * FROM (FROM t)": /a query begins with/,
  "SELECT * FROM 'orders.csv'": /a text is no table/,
  "SELECT * FROM read_csv('orders.csv')": /read_csv: no function/,
  "SELECT system.main.abs(1)": /not a name of the stack's catalog/,
  "SELECT * FROM x.read_csv('a')": /by its plain name/,
  'SELECT "abs"(1)': /by its plain name/,
  "SELECT * FROM information_schema.tables": /not a name/,
  'SELECT * FROM "Information_Schema"."tables"': /not a name/,
  "SELECT * FROM memory.main.t": /not a name/,
  "SELECT * FROM duckdb_settings": /not a name/,
  'SELECT * FROM "pg_class"': /not a name/,
  "SELECT trino_json_size(a, '$') FROM t": /not a name/,

  "SELECT * EXCLUDE (a) FROM t": /what \* means/,
  "SELECT t.* REPLACE (1 AS a) FROM t": /what \* means/,
  "SELECT * LIKE 'a%' FROM t": /what \* means/,
  "SELECT a, FROM t": /nothing follows the comma/,
  "SELECT DISTINCT ON (a) a FROM t": /DISTINCT ON/,
  "SELECT a FROM t GROUP BY ALL": /not in Trino's SQL/,
  "SELECT a FROM t QUALIFY row_number() OVER () = 1": /not in Trino's SQL/,
  "SELECT a FROM t ASOF JOIN u ON t.a >= u.a": /not in Trino's SQL/,
  "SELECT a FROM t TABLESAMPLE 10": /not in Trino's SQL/,
  "SELECT a ILIKE 'x' FROM t": /not in Trino's SQL/,
  "SELECT a::int FROM t": /"::int/,
  "SELECT a == b FROM t": /no operator/,
  "SELECT a -> 'b' FROM t": /no operator/,
  "SELECT a / b FROM t": /"\/ b/,
  "SELECT a % b FROM t": /"% b/,
  "SELECT [1, 2]": /"\[1, 2\]"/,
  "SELECT {'a': 1}": /"\{/,
  "SELECT $1": /"\$1"/,
  "SELECT ?": /"\?"/,
  "SELECT E'a'": /E'a'/,
  "SELECT 1_000": /1_000/,
  "SELECT 0x1F": /0x1F/,
  "SELECT 'a' 'b'": /two texts in a row/,
  "SELECT `a` FROM t": /use double quotes/,

  "SELECT 1.5": /as a double/,
  "SELECT DECIMAL '1.5'": /no literal of type decimal/,
  "SELECT JSON '{}'": /no literal of type json/,
  "SELECT TIMESTAMP '2026-01-02 03:04:05 UTC'": /must match/,
  "SELECT DATE '2026-1-2'": /must match/,
  "SELECT INTERVAL '1' MONTH": /an interval of second/,
  "SELECT INTERVAL '1 day'": /must match/,
  "SELECT CAST(a AS timestamp) FROM t": /write timestamp\(6\)/,
  "SELECT CAST(a AS timestamp(3)) FROM t": /not "timestamp\(3\)"/,
  "SELECT CAST(a AS string) FROM t": /not "string"/,
  "SELECT CAST(a AS varchar(5)) FROM t": /not "varchar\(5\)"/,
  "SELECT TRY_CAST(a AS decimal(39,2)) FROM t": /not "decimal\(39,2\)"/,
  "SELECT TRY_CAST(a AS decimal(2,3)) FROM t": /not "decimal\(2,3\)"/,
  "SELECT CAST(a AS decimal) FROM t": /not "decimal"/,

  "SELECT avg(n) FROM t": /avg: no function/,
  "SELECT round(n) FROM t": /round: no function/,
  "SELECT split_part(a, '/', 2) FROM t": /split_part: no function/,
  "SELECT if(a, 1) FROM t": /three arguments/,
  "SELECT regexp_like(a, b) FROM t": /must be a literal/,
  "SELECT regexp_like(a, '^[0-9]+$') FROM t": /\\z instead of \$/,
  "SELECT regexp_like(a, '\\d+') FROM t": /\\d/,
  "SELECT regexp_like(a, '(?=x)') FROM t": /look-around/,
  "SELECT regexp_like(a, '(x)\\1') FROM t": /back reference/,
  "SELECT regexp_like(a, '[a-z&&[^b]]') FROM t": /the pattern is a literal/,
  "SELECT json_extract_scalar(a, b) FROM t": /must be a literal/,
  "SELECT json_extract_scalar(a, '$.*') FROM t": /Invalid JSON path/,
  "SELECT json_extract(a, '$.b') = '1' FROM t": /only in json_extract/,
  "SELECT json_format(a) FROM t": /only of json_extract/,
  "SELECT from_iso8601_timestamp(a) FROM t": /AT TIME ZONE 'UTC'/,
  "SELECT CAST(from_iso8601_timestamp(a) AS timestamp(6)) FROM t": /AT TIME ZONE 'UTC'/,
  "SELECT from_iso8601_timestamp(a) AT TIME ZONE 'UTC' FROM t": /only in CAST/,
  "SELECT CAST(a AT TIME ZONE 'Europe/Berlin' AS timestamp(6)) FROM t": /only AT TIME ZONE 'UTC'/,
};

describe("the check of a statement", () => {
  for (const sql of taken) {
    it(`takes ${sql.replaceAll("\n", " ")}`, async () => {
      assert.deepEqual(await trinoProblems(sql), []);
      assert.equal(parseStatement(sql).kind, "SELECT");
    });
  }

  for (const [sql, reason] of Object.entries(refused)) {
    it(`refuses ${sql || "an empty one"}`, () => {
      assert.throws(() => parseStatement(sql), { name: "InvalidRequestException", message: reason });
    });
  }

  it("says where and what", () => {
    assert.throws(() => parseStatement("SELECT a\n  FROM t ASOF JOIN u"), {
      message: "the local Athena refuses the statement: at line 2:10: ASOF: not in Trino's SQL; a name must be quoted",
    });
  });

  it("takes a statement of many tokens in a moment", () => {
    const values = Array.from({ length: 20_000 }, (_, n) => `(${n}, 'row')`).join(", ");
    const started = performance.now();
    parseStatement(`INSERT INTO semantic.orders (a, b) VALUES ${values}`);
    assert.ok(performance.now() - started < 2_000);
  });
});
