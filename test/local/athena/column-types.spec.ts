import assert from "node:assert/strict";
import fc from "fast-check";
import { columnName } from "../../../local/athena/column-types.ts";
import { type Lake, openLake } from "./fixtures.ts";

/** A value in SQL, its text as Athena prints it, and its type in a result. */
const values: readonly (readonly [sql: string, text: string | null, type: string])[] = [
  ["TRUE", "true", "boolean"],
  ["1", "1", "integer"],
  ["CAST(1 AS bigint)", "1", "bigint"],
  ["CAST('-0.05' AS decimal(4,2))", "-0.05", "decimal"],
  ["CAST('1.5' AS decimal(18,2))", "1.50", "decimal"],
  ["1E0", "1.0", "double"],
  ["0E0", "0.0", "double"],
  ["CAST('-0' AS double)", "-0.0", "double"],
  ["0.1E0", "0.1", "double"],
  ["1E-3", "0.001", "double"],
  ["1E-4", "1.0E-4", "double"],
  ["123.456E-6", "1.23456E-4", "double"],
  ["9999999E0", "9999999.0", "double"],
  ["1E7", "1.0E7", "double"],
  ["12345678.5E0", "1.23456785E7", "double"],
  ["1.7976931348623157E308", "1.7976931348623157E308", "double"],
  ["CAST('NaN' AS double)", "NaN", "double"],
  ["CAST('0.1' AS real)", "0.1", "float"],
  ["CAST('16777216' AS real)", "1.6777216E7", "float"],
  ["CAST('3.4028235E38' AS real)", "3.4028235E38", "float"],
  ["'ü\n'", "ü\n", "varchar"],
  ["''", "", "varchar"],
  ["CAST(NULL AS varchar)", null, "varchar"],
  ["DATE '2026-01-02'", "2026-01-02", "date"],
  ["CAST('2026-01-02' AS timestamp(6))", "2026-01-02 00:00:00.000000", "timestamp"],
  ["CAST('1969-12-31 23:59:59.9' AS timestamp(6))", "1969-12-31 23:59:59.900000", "timestamp"],
  ["from_unixtime(-1.5E0)", "1969-12-31 23:59:58.500 UTC", "timestamp with time zone"],
];

describe("values of a result", () => {
  let lake: Lake;

  before(async () => {
    lake = await openLake();
  });

  after(() => lake.close());

  for (const [sql, text, type] of values) {
    it(`prints ${sql.replaceAll("\n", "\\n")} as ${type} ${text?.replaceAll("\n", "\\n")}`, async () => {
      const { state, rows, execution } = await lake.run(`SELECT ${sql} AS v`);
      assert.equal(state, "SUCCEEDED");
      assert.deepEqual(rows, [["v"], [text]]);
      const answer = await lake.athena.call("GetQueryResults", { QueryExecutionId: execution.QueryExecutionId });
      const { ResultSet } = answer as { ResultSet: { ResultSetMetadata: { ColumnInfo: { Type: string }[] } } };
      assert.deepEqual(
        ResultSet.ResultSetMetadata.ColumnInfo.map(({ Type }) => Type),
        [type],
      );
    });
  }

  it("prints every double so that it can be read back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        async (numbers) => {
          const row = numbers.map(
            (number, index) => `CAST('${Object.is(number, -0) ? "-0" : number}' AS double) AS n${index}`,
          );
          const [texts = []] = await lake.rows(`SELECT ${row.join(", ")}`);
          assert.deepEqual(texts.map(Number), numbers);
          for (const text of texts) assert.match(text ?? "", /^-?\d+\.\d+(E-?\d+)?$/);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("columnName", () => {
  it("keeps a name, and numbers what has none from 0", () => {
    const names = ["message_id", "count_star()", "NULL", "CAST(a AS BIGINT)", "5"].map(columnName);
    assert.deepEqual(names, ["message_id", "_col1", "_col2", "_col3", "_col4"]);
  });
});
