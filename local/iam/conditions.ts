import { BlockList, isIPv4, isIPv6 } from "node:net";
import { type Context, valuesOfKey } from "./context.ts";
import { arnPattern, type Pattern, variablesIn, wildcardPattern } from "./pattern.ts";

/** Whether a statement's conditions hold for a request. */
export type Conditions = (context: Context) => boolean;

/**
 * Reads a statement's `Condition`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html): all operators
 * and all of their keys must hold, and of a key's values any one; of a negated operator's none may.
 *
 * @param refuse Hears of every operator, key and value that is not known here.
 */
export function readConditions(condition: unknown, refuse: (problem: string) => void): Conditions {
  const checks: Conditions[] = [];
  if (condition === undefined) return () => true;
  if (typeof condition !== "object" || condition === null) {
    refuse(`Condition must be an object, is ${JSON.stringify(condition)}`);
    return () => false;
  }
  for (const [operator, keys] of Object.entries(condition as Record<string, Record<string, unknown>>)) {
    for (const [key, wanted] of Object.entries(keys)) {
      const check = readCheck(operator, key, texts(wanted), (problem) =>
        refuse(`Condition.${operator}.${key}: ${problem}`),
      );
      if (check !== undefined) checks.push(check);
    }
  }
  return (context) => checks.every((check) => check(context));
}

const SET_OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/;

function readCheck(
  operator: string,
  key: string,
  wanted: readonly string[],
  refuse: (problem: string) => void,
): Conditions | undefined {
  const lower = key.toLowerCase();
  if (valuesOfKey(key) === undefined) {
    refuse("no request of the local cloud's carries this key, so that nobody could say whether it holds");
    return undefined;
  }
  for (const variable of wanted.flatMap(variablesIn)) {
    if (valuesOfKey(variable) !== "one") refuse(`the variable \${${variable}} is not known to the local cloud`);
  }
  if (operator === "Null") {
    if (wanted.length !== 1 || !/^(true|false)$/i.test(wanted[0] ?? "")) refuse("must be true or false");
    const absent = wanted[0]?.toLowerCase() === "true";
    return (context) => (valuesIn(context, lower).length === 0) === absent;
  }
  const [, set, name = "", ifExists] = SET_OPERATOR.exec(operator) ?? [];
  const found = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (found === undefined) {
    refuse(`the operator is not known to the local cloud, which has Null, ${Object.keys(OPERATORS).join(", ")}`);
    return undefined;
  }
  if (set === undefined && valuesOfKey(key) === "many") {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    refuse("a key with many values needs ForAllValues or ForAnyValue");
  }
  const { negated = false } = found;
  const patterns = wanted.map((value) => {
    const problem = found.problem?.(value);
    if (problem !== undefined) refuse(problem);
    return problem === undefined ? found.compare(value) : () => false;
  });
  const fits = (value: string, context: Context) => patterns.some((pattern) => pattern(value, context)) !== negated;
  return (context) => {
    const values = valuesIn(context, lower);
    if (values.length === 0) return ifExists !== undefined || set === "ForAllValues" || (negated && set === undefined);
    return set === "ForAllValues"
      ? values.every((value) => fits(value, context))
      : values.some((value) => fits(value, context));
  };
}

interface Operator {
  compare(wanted: string): Pattern;
  /** Holds where nothing wanted is there, and where the key is absent. */
  negated?: boolean;
  /** What is wrong with a wanted value. */
  problem?(wanted: string): string | undefined;
}

/** A wildcard is no wildcard here, while a variable is one. */
const exactly = (wanted: string): Pattern =>
  wanted.includes("${")
    ? wildcardPattern(wanted.replace(/[*?](?![^{]*\})/g, (wildcard) => `\${${wildcard}}`))
    : (value) => value === wanted;

const ignoringCase = (wanted: string): Pattern => {
  const pattern = exactly(wanted.toLowerCase());
  return (value, context) => pattern(value.toLowerCase(), context);
};

const numeric = (holds: (value: number, wanted: number) => boolean): Operator => ({
  compare: (wanted) => (value) => value !== "" && holds(Number(value), Number(wanted)),
  problem: (wanted) => (Number.isFinite(Number(wanted)) ? undefined : `${JSON.stringify(wanted)} is no number`),
});

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: exactly },
  StringNotEquals: { compare: exactly, negated: true },
  StringEqualsIgnoreCase: { compare: ignoringCase },
  StringNotEqualsIgnoreCase: { compare: ignoringCase, negated: true },
  StringLike: { compare: wildcardPattern },
  StringNotLike: { compare: wildcardPattern, negated: true },
  // "ArnEquals and ArnLike behave identically", by the operators' page.
  ArnEquals: { compare: arnPattern },
  ArnLike: { compare: arnPattern },
  ArnNotEquals: { compare: arnPattern, negated: true },
  ArnNotLike: { compare: arnPattern, negated: true },
  Bool: {
    compare: ignoringCase,
    problem: (wanted) => (/^(true|false)$/i.test(wanted) ? undefined : `${JSON.stringify(wanted)} is no boolean`),
  },
  NumericEquals: numeric((value, wanted) => value === wanted),
  NumericNotEquals: { ...numeric((value, wanted) => value === wanted), negated: true },
  NumericLessThan: numeric((value, wanted) => value < wanted),
  NumericLessThanEquals: numeric((value, wanted) => value <= wanted),
  NumericGreaterThan: numeric((value, wanted) => value > wanted),
  NumericGreaterThanEquals: numeric((value, wanted) => value >= wanted),
  IpAddress: { compare: inRange, problem: rangeProblem },
  NotIpAddress: { compare: inRange, problem: rangeProblem, negated: true },
};

function inRange(wanted: string): Pattern {
  const [address = "", bits] = wanted.split("/");
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(address, Number(bits ?? (family === "ipv4" ? 32 : 128)), family);
  return (value) => (isIPv4(value) || isIPv6(value)) && range.check(value, isIPv4(value) ? "ipv4" : "ipv6");
}

function rangeProblem(wanted: string): string | undefined {
  const [address = "", bits = "0", ...others] = wanted.split("/");
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  const valid = others.length === 0 && /^\d+$/.test(bits) && Number(bits) <= most;
  return valid ? undefined : `${JSON.stringify(wanted)} is no range of IP addresses`;
}

function valuesIn(context: Context, key: string): readonly string[] {
  const value = context[key];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
