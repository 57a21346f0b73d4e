import { BIGINT, DuckDBScalarFunction, type DuckDBType, type DuckDBValue, VARCHAR } from "@duckdb/node-api";
import { compactJson, jsonSize, jsonValue, parseJsonPath, scalarText } from "./json-value.ts";

/** What a path names first and last, where these are plain words. */
const FIRST_NAME = String.raw`regexp_extract(path, '^\$\.([A-Za-z_]\w*)', 1)`;
const LAST_NAME = String.raw`regexp_extract(path, '\.([A-Za-z_]\w*)$', 1)`;

/**
 * A function that is called only for a text in which the path's names stand at all. A call copies the text to
 * JavaScript, which takes longer than DuckDB's search of it; a column is declared for some kinds of payload, and most
 * rows are of the others. A word can be written otherwise by its code points only.
 */
function whereNamed(call: string): string {
  const stands = (name: string) => `contains(json, concat('"', ${name}, '"'))`;
  const isNamed = [FIRST_NAME, LAST_NAME].map((name) => `(${name} = '' OR ${stands(name)})`).join(" AND ");
  return String.raw`CASE WHEN contains(json, '\u') OR (${isNamed}) THEN ${call} END`;
}

/** Names under which DuckDB calls the functions: its own `json_extract` and others are called by their names. */
export const JSON_MACROS: readonly (readonly [name: string, parameters: string, body: string])[] = [
  ["json_extract_scalar", "json VARCHAR, path VARCHAR", whereNamed("trino_json_extract_scalar(json, path)")],
  ["json_extract", "json VARCHAR, path VARCHAR", whereNamed("trino_json_extract(json, path)")],
  ["json_size", "json VARCHAR, path VARCHAR", "trino_json_size(json, path)"],
  // The value of json_extract is formatted.
  ["json_format", "json VARCHAR", "json"],
];

/**
 * Trino's functions of JSON text. DuckDB's own read a number before they write it: `1.50` becomes `1.5`, `1e3` `1000.0`,
 * and beyond 17 digits the value itself changes.
 */
export function jsonFunctions(): DuckDBScalarFunction[] {
  return [
    jsonFunction("trino_json_extract_scalar", VARCHAR, scalarText),
    jsonFunction("trino_json_extract", VARCHAR, compactJson),
    jsonFunction("trino_json_size", BIGINT, (value) => {
      const size = jsonSize(value);
      return size === undefined ? undefined : BigInt(size);
    }),
  ];
}

/** A function of a text and a path, null where one of the two is null or the path leads nowhere. */
function jsonFunction(
  name: string,
  returnType: DuckDBType,
  answer: (value: string) => DuckDBValue | undefined,
): DuckDBScalarFunction {
  const paths = new Map<string, ReturnType<typeof parseJsonPath>>();
  const pathOf = (text: string) => {
    const known = paths.get(text) ?? parseJsonPath(text);
    paths.set(text, known);
    return known;
  };
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: [VARCHAR, VARCHAR],
    returnType,
    mainFunction(_, input, output) {
      const [json, path] = [input.getColumnVector(0), input.getColumnVector(1)];
      for (let row = 0; row < input.rowCount; row++) {
        const [text, steps] = [json.getItem(row), path.getItem(row)];
        const value =
          typeof text === "string" && typeof steps === "string" ? jsonValue(text, pathOf(steps)) : undefined;
        output.setItem(row, (value === undefined ? undefined : answer(value)) ?? null);
      }
      output.flush();
    },
  });
}
