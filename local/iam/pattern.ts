import type { Context } from "./context.ts";

/** Whether a text is what a policy's element means. */
export type Pattern = (text: string, context: Context) => boolean;

/**
 * A text with wildcards, `*` for any characters and `?` for one, and policy variables
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html): `${key}`, `${key, 'default'}`, and
 * `${*}`, `${?}`, `${$}` for the characters themselves.
 */
export function wildcardPattern(source: string): Pattern {
  if (source.includes("${")) return variablePattern(source);
  if (!/[*?]/.test(source)) return (text) => text === source;
  if (/^[^*?]*\*$/.test(source)) {
    const start = source.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  const expression = new RegExp(`^${expressionOf(source)}$`, "s");
  return (text) => expression.test(text);
}

/** As {@link wildcardPattern}, without regard to case. */
export function actionPattern(source: string): Pattern {
  const pattern = wildcardPattern(source.toLowerCase());
  return (text, context) => pattern(text.toLowerCase(), context);
}

/**
 * An ARN, of which "each of the six colon-delimited components is checked separately"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN): a
 * wildcard does not reach into the next component, but the last one may hold colons. `*` alone is any resource.
 */
export function arnPattern(source: string): Pattern {
  if (source === "*") return () => true;
  const parts = arnParts(source);
  if (parts === undefined) return wildcardPattern(source);
  if (!/[*?$]/.test(source)) return (text) => text === source;
  const patterns = parts.map(wildcardPattern);
  return (text, context) => {
    const texts = arnParts(text);
    return texts?.every((part, index) => patterns[index]?.(part, context)) ?? false;
  };
}

/** Undefined for what is no ARN. Colons within `${…}` separate nothing. */
function arnParts(text: string): string[] | undefined {
  const parts: string[] = [];
  let rest = text;
  while (parts.length < 5) {
    const end = rest.search(/:(?![^{]*\})/);
    if (end === -1) return undefined;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return parts[0] === "arn" ? [...parts, rest] : undefined;
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** What a variable stands for is taken as it is: a wildcard in it is none. */
function variablePattern(source: string): Pattern {
  return (text, context) => {
    let expression = "^";
    let end = 0;
    for (const { 0: whole, 1: inner = "", index } of source.matchAll(VARIABLE)) {
      const value = variableValue(inner, context);
      if (value === undefined) return false;
      expression += expressionOf(source.slice(end, index)) + escaped(value);
      end = index + whole.length;
    }
    return new RegExp(`${expression}${expressionOf(source.slice(end))}$`, "s").test(text);
  };
}

function variableValue(variable: string, context: Context): string | undefined {
  if (["*", "?", "$"].includes(variable)) return variable;
  const [key = "", fallback] = variable.split(/,\s*/);
  const value = context[key.trim().toLowerCase()];
  return typeof value === "string" ? value : fallback?.replace(/^'(.*)'$/, "$1");
}

/** The keys that a text's variables name. */
export function variablesIn(source: string): string[] {
  const inner = Array.from(source.matchAll(VARIABLE), ([, name = ""]) => name.split(",")[0]?.trim() ?? "");
  return inner.filter((name) => !["*", "?", "$"].includes(name));
}

function expressionOf(source: string): string {
  return escaped(source).replaceAll("\\*", ".*").replaceAll("\\?", ".");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|+*?()[\]{}]/g, "\\$&");
}
