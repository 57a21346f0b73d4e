export type RecordFilter = (record: unknown) => boolean;

type Rule = (value: unknown) => boolean;

/**
 * Reads an event pattern (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html), as
 * Lambda filters records by it: an object names members that must all match, a list the rules of which one must. Of the
 * operators there are equality, `prefix`, `exists` and `anything-but` with plain values.
 *
 * @throws Error that names what is no pattern, or what the local cloud does not have.
 */
export function readFilter(pattern: string): RecordFilter {
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    throw new Error(`is not JSON: ${pattern}`);
  }
  return readMembers(parsed, "the pattern");
}

function readMembers(pattern: unknown, path: string): RecordFilter {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(`${path} must be an object with members, is ${JSON.stringify(pattern)}`);
  }
  const members = Object.entries(pattern).map(([name, part]): [string, RecordFilter] => [name, readPart(part, name)]);
  return (value) => members.every(([name, matches]) => matches(isObject(value) ? value[name] : undefined));
}

function readPart(part: unknown, path: string): RecordFilter {
  if (!Array.isArray(part)) {
    return readMembers(part, path);
  }
  if (part.length === 0) {
    throw new Error(`${path}: a list of rules must not be empty`);
  }
  const rules = part.map((rule) => readRule(rule, path));
  return (value) => rules.some((matches) => matches(value));
}

function readRule(rule: unknown, path: string): Rule {
  if (!isObject(rule)) {
    const wanted = readPlain(rule, path);
    return ofAny((value) => value === wanted);
  }
  const [[operator, operand] = [], ...others] = Object.entries(rule);
  if (others.length > 0) {
    throw new Error(`${path}: a rule has one operator, not ${Object.keys(rule).join(", ")}`);
  }
  switch (operator) {
    case "prefix": {
      if (typeof operand !== "string") {
        throw new Error(`${path}: prefix must be a text, is ${JSON.stringify(operand)}`);
      }
      return ofAny((value) => typeof value === "string" && value.startsWith(operand));
    }
    case "exists":
      if (typeof operand !== "boolean") {
        throw new Error(`${path}: exists must be true or false, is ${JSON.stringify(operand)}`);
      }
      // "Exists matching only works on leaf nodes."
      return (value) => (value !== undefined && !isObject(value)) === operand;
    case "anything-but": {
      const excluded = (Array.isArray(operand) ? operand : [operand]).map((value) => readPlain(value, path));
      return ofAny((value) => isPlain(value) && !excluded.includes(value));
    }
    default:
      throw new Error(`${path}: the local cloud's filters have prefix, exists and anything-but, not ${operator}`);
  }
}

/** Where a record has a list, one member that matches is enough. */
function ofAny(matches: Rule): Rule {
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

type Plain = string | number | boolean | null;

function readPlain(value: unknown, path: string): Plain {
  if (isPlain(value)) {
    return value;
  }
  throw new Error(`${path}: the local cloud compares with plain values, not ${JSON.stringify(value)}`);
}

function isPlain(value: unknown): value is Plain {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
