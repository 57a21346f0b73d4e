/** A step of a path: a member's name or an array's index. */
type Step = string | number;

const STEP = /\.([A-Za-z_]\w*)|\["((?:[^"\\])*)"\]|\[(\d+)\]/y;

/**
 * Reads a path such as `$.a.b`, `$.a[0]` or `$["a b"]`. Trino takes more, such as wildcards.
 *
 * @throws Error for any other path.
 */
export function parseJsonPath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let at = path.startsWith("$") ? 1 : 0;
  while (at > 0 && at < path.length) {
    STEP.lastIndex = at;
    const step = STEP.exec(path);
    if (step === null) break;
    const [, name, quoted, index] = step;
    steps.push(name ?? quoted ?? Number(index));
    at = STEP.lastIndex;
  }
  if (at === 0 || at < path.length) throw new Error(`Invalid JSON path: ${path}`);
  return steps;
}

/**
 * The text of the value at a path, as it stands; undefined where there is none. Of a repeated member the first counts,
 * as in Trino. What lies beside the path is passed over, not checked: Trino answers null for text that is not JSON, and
 * for text that is broken behind the value it answers the value.
 */
export function jsonValue(json: string, path: readonly Step[]): string | undefined {
  let start = afterSpace(json, 0);
  for (const step of path) {
    const found = typeof step === "string" ? findMember(json, start, step) : findElement(json, start, step);
    if (found === undefined) return undefined;
    start = found;
  }
  const end = afterValue(json, start);
  return end === undefined ? undefined : json.slice(start, end);
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The text of a string, a number or a boolean, undefined for any other value. */
export function scalarText(value: string): string | undefined {
  if (value.startsWith('"')) return stringValue(value);
  return value === "true" || value === "false" || NUMBER.test(value) ? value : undefined;
}

/** How many members or elements a value has, 0 for a scalar or null; undefined for text that is no value. */
export function jsonSize(value: string): number | undefined {
  if (!value.startsWith("{") && !value.startsWith("[")) {
    return value === "null" || scalarText(value) !== undefined ? 0 : undefined;
  }
  const content = parsed(value);
  if (typeof content !== "object" || content === null) return undefined;
  return Object.keys(content).length;
}

/** The value's text without white space between its tokens; undefined for text that is no value. */
export function compactJson(value: string): string | undefined {
  if (parsed(value) === undefined) return undefined;
  return value.replace(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g, "$1");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function stringValue(text: string): string | undefined {
  const value = parsed(text);
  return typeof value === "string" ? value : undefined;
}

/** Where the member's value begins. */
function findMember(json: string, object: number, name: string): number | undefined {
  if (json[object] !== "{") return undefined;
  let at = afterSpace(json, object + 1);
  while (json[at] === '"') {
    const end = afterString(json, at);
    if (end === undefined) return undefined;
    const colon = afterSpace(json, end);
    if (json[colon] !== ":") return undefined;
    const value = afterSpace(json, colon + 1);
    if (isName(json, at, end, name)) return value;
    const next = afterValue(json, value);
    if (next === undefined) return undefined;
    const comma = afterSpace(json, next);
    if (json[comma] !== ",") return undefined;
    at = afterSpace(json, comma + 1);
  }
  return undefined;
}

function isName(json: string, start: number, end: number, name: string): boolean {
  if (end - start === name.length + 2 && json.startsWith(name, start + 1)) return true;
  const text = json.slice(start, end);
  return text.includes("\\") && stringValue(text) === name;
}

function findElement(json: string, array: number, index: number): number | undefined {
  if (json[array] !== "[") return undefined;
  let at = afterSpace(json, array + 1);
  for (let passed = 0; passed < index; passed++) {
    const next = afterValue(json, at);
    if (next === undefined) return undefined;
    const comma = afterSpace(json, next);
    if (json[comma] !== ",") return undefined;
    at = afterSpace(json, comma + 1);
  }
  return json[at] === "]" ? undefined : at;
}

/** Undefined where there is no value. */
function afterValue(json: string, at: number): number | undefined {
  const first = json[at];
  if (first === '"') return afterString(json, at);
  if (first === "{" || first === "[") return afterNested(json, at);
  let end = at;
  while (end < json.length && !isDelimiter(json.charCodeAt(end))) end++;
  return end > at ? end : undefined;
}

/** Nesting is counted, not recursed into: a payload may be as deep as it is long. */
function afterNested(json: string, at: number): number | undefined {
  let depth = 0;
  for (let end = at; end < json.length; end++) {
    switch (json.charCodeAt(end)) {
      case 0x22: {
        const after = afterString(json, end);
        if (after === undefined) return undefined;
        end = after - 1;
        break;
      }
      case 0x7b:
      case 0x5b:
        depth++;
        break;
      case 0x7d:
      case 0x5d:
        depth--;
        if (depth === 0) return end + 1;
    }
  }
  return undefined;
}

function afterString(json: string, at: number): number | undefined {
  for (let quote = json.indexOf('"', at + 1); quote > 0; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function afterSpace(json: string, at: number): number {
  let next = at;
  while (isSpace(json.charCodeAt(next))) next++;
  return next;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** White space, a comma, a colon or a closing bracket. */
function isDelimiter(code: number): boolean {
  return isSpace(code) || code === 0x2c || code === 0x3a || code === 0x7d || code === 0x5d;
}
