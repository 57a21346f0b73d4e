/** Words that a parenthesis may follow, and that are no function. */
export const BEFORE_PARENTHESIS: ReadonlySet<string> = new Set(
  "all and any as between by case distinct else except exists filter from having in insert intersect into is join like not on or over select some then union using values when where".split(
    " ",
  ),
);

/** Words that a text may follow, and that make no typed literal of it. */
export const BEFORE_TEXT: ReadonlySet<string> = new Set(
  "all and as between by case distinct else escape from having in is like not on or select then when where zone".split(
    " ",
  ),
);

/** What DuckDB takes and Trino does not, or takes otherwise, by its first word. */
export const DUCKDB_WORDS: ReadonlySet<string> = new Set(
  "anti asof attach columns copy default exclude glob ilike isnull lambda notnull pivot positional pragma qualify rename returning sample semi similar struct summarize tablesample unpivot collate".split(
    " ",
  ),
);

/** DuckDB's own schemas and databases, and those which both engines have with other tables in them. */
export const INTERNAL_SCHEMA = /^(information_schema|main|memory|system|temp)$/;

/** DuckDB's own views and functions, and ours beneath the macros. */
export const INTERNAL_NAME = /^(pg|duckdb|sqlite|pragma|trino)_/;

/** Types that Trino and DuckDB know by the same name and with the same values. */
export const CAST_TYPE =
  /^(varchar|boolean|integer|int|bigint|real|double|date|timestamp\(6\)|decimal\((\d{1,2}),(\d{1,2})\))$/;
