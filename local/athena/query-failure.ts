/**
 * Why a query failed, by Trino's name for it.
 * https://docs.aws.amazon.com/athena/latest/ug/error-reference.html lists the numbers, not which name has which [?].
 */
const TYPES: Readonly<Record<string, number>> = {
  DIVISION_BY_ZERO: 1001,
  TYPE_MISMATCH: 1002,
  COLUMN_NOT_FOUND: 1006,
  INVALID_CAST_ARGUMENT: 1100,
  NOT_SUPPORTED: 1200,
  TABLE_NOT_FOUND: 1301,
  SCHEMA_NOT_FOUND: 1301,
  FUNCTION_NOT_FOUND: 1303,
  ICEBERG_COMMIT_ERROR: 233,
  GENERIC_INTERNAL_ERROR: 200,
};

const OTHER_TYPE = 1000;
const SYSTEM = 1;
const USER = 2;

/** A query that ends as FAILED; the message begins with the name of the error. */
export class QueryFailure extends Error {
  override readonly name = "QueryFailure";
  readonly code: string;
  /** As in `AthenaError`: 1 for the system's fault, 2 for the user's. */
  readonly category: number;
  readonly type: number;
  /** Whether the same query may succeed later. */
  readonly retryable: boolean;

  /** @param code Trino's name, for example `TABLE_NOT_FOUND`. */
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
    this.type = TYPES[code] ?? OTHER_TYPE;
    this.category = this.type < OTHER_TYPE ? SYSTEM : USER;
    this.retryable = code === "ICEBERG_COMMIT_ERROR";
  }
}

/** Another writer committed to the table first: the statement has had no effect, and can be repeated. */
export function commitConflict(database: string, table: string): QueryFailure {
  return new QueryFailure("ICEBERG_COMMIT_ERROR", `Failed to commit Iceberg update to table: ${database}.${table}`);
}

/** What DuckDB's errors are to Trino; the first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/because schema "[^"]*" does not exist|^Catalog Error: Schema with name/, "SCHEMA_NOT_FOUND"],
  [
    /^Catalog Error: (Table|View) with name .* does not exist|^Binder Error: Catalog "[^"]*" does not exist/,
    "TABLE_NOT_FOUND",
  ],
  [/^Catalog Error: (Scalar|Aggregate|Macro|Table) Function/, "FUNCTION_NOT_FOUND"],
  [/^Catalog Error: .*(already exists|Existing object)/, "TABLE_ALREADY_EXISTS"],
  [/^Binder Error: (Macro|No function matches)/, "FUNCTION_NOT_FOUND"],
  [/^Binder Error: Ambiguous reference/, "AMBIGUOUS_NAME"],
  [/^Binder Error: .*(not found in FROM clause|does not have a column)/, "COLUMN_NOT_FOUND"],
  [/^Binder Error: .*must appear in the GROUP BY/, "EXPRESSION_NOT_AGGREGATE"],
  [/^Binder Error: .*(columns but .* values|Cannot (compare|mix|cast)|type)/, "TYPE_MISMATCH"],
  [/^(Binder|Parser) Error/, "SYNTAX_ERROR"],
  [/^Conversion Error/, "INVALID_CAST_ARGUMENT"],
  [/^Out of Range Error/, "NUMERIC_VALUE_OUT_OF_RANGE"],
  [/^Constraint Error/, "CONSTRAINT_VIOLATION"],
  [/^Invalid Input Error/, "INVALID_FUNCTION_ARGUMENT"],
];

/** What a query fails with when DuckDB, or whatever runs it, throws. */
export function failureOf(error: unknown): QueryFailure {
  if (error instanceof QueryFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [text = ""] = message.split("\n");
  const code = MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? "GENERIC_INTERNAL_ERROR";
  return new QueryFailure(code, text);
}
