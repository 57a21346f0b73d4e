import { FUNCTIONS } from "./functions.ts";
import { parseJsonPath } from "./json-value.ts";
import type { Call, Script } from "./script.ts";
import { BEFORE_PARENTHESIS, BEFORE_TEXT, CAST_TYPE, DUCKDB_WORDS, INTERNAL_NAME, INTERNAL_SCHEMA } from "./words.ts";

const BY_NAME = new Map(FUNCTIONS.map((allowed) => [allowed.name, allowed]));

/**
 * Refuses what only DuckDB takes, and what DuckDB and Trino take and answer differently, as far as the text shows it.
 * It is no parser: what DuckDB refuses is left to it.
 *
 * @param lists Parentheses that hold a list of column names.
 * @throws AwsError `InvalidRequestException`
 */
export function checkScript(script: Script, lists: ReadonlySet<number>): void {
  script.tokens.forEach(({ kind }, at) => {
    if (kind === "backquoted") throw script.refusal(at, "backquoted identifiers are for DDL; use double quotes");
    if (kind === "number") checkNumber(script, at);
    if (kind === "string") checkText(script, at);
    if (kind === "symbol") checkSymbol(script, at);
    if (kind === "word") checkWord(script, at);
    if (script.isName(at)) checkName(script, at);
    if (script.isName(at) && script.is(at + 1, "(") && !lists.has(at + 1)) checkCall(script, at);
  });
}

function checkNumber(script: Script, at: number): void {
  const text = script.tokens[at]?.value ?? "";
  if (text.includes(".") && !/e/i.test(text)) {
    throw script.refusal(
      at,
      "Athena reads it as a double, DuckDB as a decimal: write 1.5E0 or CAST('1.5' AS decimal(2,1))",
    );
  }
}

/** https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
const LITERALS: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$/,
  interval: /^\d{1,9}$/,
};

function checkText(script: Script, at: number): void {
  const [before, text] = [script.tokens[at - 1], script.tokens[at]?.value ?? ""];
  if (before?.kind === "string") throw script.refusal(at, "two texts in a row");
  if (before?.kind === "quoted") throw script.refusal(at, "a text cannot follow a name");
  if (script.is(at - 1, "from") && !script.is(at - 2, "distinct")) throw script.refusal(at, "a text is no table");
  if (before?.kind !== "word" || BEFORE_TEXT.has(before.value)) return;
  const form = Object.hasOwn(LITERALS, before.value) ? LITERALS[before.value] : undefined;
  if (form === undefined) throw script.refusal(at, `no literal of type ${before.value}: write CAST(… AS …)`);
  if (!form.test(text)) throw script.refusal(at, `a literal of type ${before.value} must match ${form.source}`);
  if (before.value === "interval" && !script.is(at + 1, "second", "minute", "hour", "day")) {
    throw script.refusal(at, "an interval of second, minute, hour or day");
  }
}

function checkSymbol(script: Script, at: number): void {
  const symbols = ["=", "<", ">", "<>", "!=", "<=", ">="];
  if (script.is(at, ...symbols) && script.is(at + 1, ...symbols)) throw script.refusal(at, "no operator of Trino's");
  if (script.is(at, "-") && script.is(at + 1, ">", ">=")) throw script.refusal(at, "no operator of Trino's");
  if (script.is(at, ",") && script.is(at + 1, ")", "from", "where", "group", "order", "limit", "union")) {
    throw script.refusal(at, "nothing follows the comma");
  }
  const isStar = script.is(at, "*") && (at === 0 || script.is(at - 1, "select", "distinct", "all", ",", ".", "("));
  const ended = at + 1 === script.tokens.length || script.is(at + 1, ",", ")", "from", "union", "except", "intersect");
  if (isStar && !ended) throw script.refusal(at, "nothing may change what * means");
}

function checkWord(script: Script, at: number): void {
  const word = script.tokens[at]?.value ?? "";
  const part = script.is(at - 1, ".") || script.is(at - 1, "as");
  if (!part && DUCKDB_WORDS.has(word)) throw script.refusal(at, "not in Trino's SQL; a name must be quoted");
  if (word === "from" && (at === 0 || script.is(at - 1, "(", "all", "union", "as"))) {
    throw script.refusal(at, "a query begins with SELECT or WITH");
  }
  if (word === "distinct" && script.is(at + 1, "on")) throw script.refusal(at, "no DISTINCT ON in Trino's SQL");
  if (word === "by" && (script.is(at + 1, "all", "name") || script.is(at - 1, "matched"))) {
    throw script.refusal(at, "not in Trino's SQL");
  }
  if (word === "at" && script.is(at + 1, "time")) checkTimeZone(script, at);
}

function checkName(script: Script, at: number): void {
  const name = (script.tokens[at]?.value ?? "").toLowerCase();
  const internal = INTERNAL_NAME.test(name) || (script.is(at + 1, ".") && INTERNAL_SCHEMA.test(name));
  if (internal && !script.is(at - 1, ".")) throw script.refusal(at, "not a name of the stack's catalog");
}

function checkTimeZone(script: Script, at: number): void {
  const zone = script.tokens[at + 3];
  const utc = script.is(at + 1, "time") && script.is(at + 2, "zone") && zone?.kind === "string" && zone.value === "UTC";
  if (!utc) throw script.refusal(at, "only AT TIME ZONE 'UTC'");
  // To Trino the value is a timestamp with time zone, to DuckDB a timestamp.
  if (!script.is(at + 4, "as") || !castOf(script, at + 4)) {
    throw script.refusal(at, "only in CAST(… AT TIME ZONE 'UTC' AS timestamp(6) or date)");
  }
}

/** The call of CAST or TRY_CAST to which an AS belongs. */
function castOf(script: Script, as: number): boolean {
  const open = script.enclosing(as);
  return open !== undefined && script.is(open - 1, "cast", "try_cast");
}

function checkCall(script: Script, at: number): void {
  const name = script.tokens[at]?.value ?? "";
  const quoted = script.tokens[at]?.kind === "quoted";
  if (!quoted && BEFORE_PARENTHESIS.has(name)) return;
  // A table's alias with names for its columns, or a type.
  if (script.is(at - 1, "as")) return;
  if (quoted || script.is(at - 1, ".")) throw script.refusal(at, "a function is called by its plain name");
  const allowed = BY_NAME.get(name);
  if (allowed === undefined) throw script.refusal(at, `no function that is known here; there are: ${names()}`);
  const call = { name, at, open: at + 1, close: script.closeOf(at + 1) };
  RULES[name]?.(script, call);
}

function names(): string {
  return [...BY_NAME.keys()].join(", ");
}

const RULES: Readonly<Record<string, (script: Script, call: Call) => void>> = {
  cast: checkCast,
  try_cast: checkCast,
  regexp_like: checkPattern,
  json_extract_scalar: checkPath,
  json_size: checkPath,
  json_extract: (script, call) => {
    checkPath(script, call);
    const formatted = script.is(call.at - 1, "(") && script.is(call.at - 2, "json_format");
    if (!formatted && !script.is(call.close + 1, "is")) throw script.refusal(call.at, sentence("json_extract"));
  },
  json_format: (script, call) => {
    if (!script.is(call.open + 1, "json_extract")) throw script.refusal(call.at, sentence("json_format"));
  },
  from_iso8601_timestamp: (script, call) => {
    let next = call.close + 1;
    // Through the parentheses of TRY(…).
    for (
      let open = script.enclosing(call.at);
      script.is(next, ")") && open !== undefined;
      open = script.enclosing(open)
    ) {
      if (script.is(open - 1, "to_unixtime")) return;
      next++;
    }
    if (!script.is(next, "at")) throw script.refusal(call.at, sentence("from_iso8601_timestamp"));
  },
  replace: threeArguments,
  if: threeArguments,
};

function threeArguments(script: Script, { name, at, open, close }: Call): void {
  if (script.pieces(open + 1, close).length !== 3) throw script.refusal(at, sentence(name));
}

function sentence(name: string): string {
  return BY_NAME.get(name)?.says ?? "";
}

function checkCast(script: Script, { at, open, close }: Call): void {
  let as = close;
  for (let inner = open + 1; inner < close; inner++) {
    if (script.is(inner, "as") && script.enclosing(inner) === open) as = inner;
  }
  const type = script.typeName(as + 1, close);
  const [, name = "", precision, scale] = CAST_TYPE.exec(type) ?? [];
  if (type === "timestamp") throw script.refusal(at, "Trino's timestamp has three decimals: write timestamp(6)");
  const sound =
    !name.startsWith("decimal") ||
    (Number(precision) >= 1 && Number(precision) <= 38 && Number(scale) <= Number(precision));
  if (name === "" || !sound) throw script.refusal(at, `${sentence("cast")}; not ${JSON.stringify(type)}`);
}

function checkPattern(script: Script, call: Call): void {
  const [, [from, to] = [0, 0]] = script.pieces(call.open + 1, call.close);
  const pattern = script.tokens[from];
  if (pattern?.kind !== "string" || to !== from + 1) throw script.refusal(call.at, "the pattern must be a literal");
  // Without escapes that mean the same to both, and without simple classes.
  const rest = pattern.value.replace(/\\[^dDwWsSbBZG1-9kpPhHRX]/g, "").replace(/\[[^[\]\\&]*\]/g, "");
  if (/[$\\[&]|\(\?[=!<]/.test(rest)) throw script.refusal(from, sentence("regexp_like"));
}

function checkPath(script: Script, call: Call): void {
  const [, [from, to] = [0, 0]] = script.pieces(call.open + 1, call.close);
  const path = script.tokens[from];
  if (path?.kind !== "string" || to !== from + 1) throw script.refusal(call.at, "the path must be a literal");
  try {
    parseJsonPath(path.value);
  } catch (error) {
    throw script.refusal(from, (error as Error).message);
  }
}
