import type { Range } from "../../graph/inputs.ts";
import { type Evaluation, Expression } from "./expression.ts";
import { isObject, type Place } from "./place.ts";
import type { StatesMember } from "./references.ts";

/** A value of a definition in which texts may be expressions. */
export interface Template {
  /** @throws StateError `States.QueryEvaluationError` */
  evaluate(evaluation: Evaluation): Promise<unknown>;
}

/** A template whose result has a type that was checked, when it was read or when it is evaluated. */
export interface Typed<T> {
  /** @throws StateError `States.QueryEvaluationError` */
  evaluate(evaluation: Evaluation): Promise<T>;
}

/** @param members Of `$states` that have a value there. @returns undefined where the property is absent. */
export function readTemplate(place: Place, property: string, members: readonly StatesMember[]): Template | undefined {
  const value = place.value(property);
  return value === undefined ? undefined : { evaluate: compile(value, property, { place, property, members }) };
}

/** A template that is an object, whose members' names are known. */
export function readObjectTemplate(
  place: Place,
  property: string,
  members: readonly StatesMember[],
): (Template & { names: readonly string[] }) | undefined {
  const value = place.value(property);
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    place.refuse(property, `must be an object, whose values may be expressions, is ${JSON.stringify(value)}`);
    return undefined;
  }
  return { names: Object.keys(value), evaluate: compile(value, property, { place, property, members }) };
}

export function readInteger(place: Place, property: string, { min, max }: Range): Typed<number> | undefined {
  const isInRange = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return readTyped<number>(place, property, `whole number from ${min} to ${max}`, isInRange);
}

export function readNumber(place: Place, property: string, { min, max }: Range): Typed<number> | undefined {
  const isInRange = (value: unknown) => typeof value === "number" && value >= min && value <= max;
  return readTyped<number>(place, property, `number from ${min} to ${max}`, isInRange);
}

export function readText(place: Place, property: string): Typed<string> | undefined {
  return readTyped<string>(place, property, "string", (value) => typeof value === "string");
}

export function readBoolean(place: Place, property: string): Typed<boolean> | undefined {
  return readTyped<boolean>(place, property, "boolean", (value) => typeof value === "boolean");
}

export function readArray(place: Place, property: string): Typed<readonly unknown[]> | undefined {
  return readTyped<readonly unknown[]>(place, property, "array", Array.isArray);
}

function readTyped<T>(
  place: Place,
  property: string,
  expected: string,
  isExpected: (value: unknown) => boolean,
): Typed<T> | undefined {
  const value = place.value(property);
  if (value === undefined) return undefined;
  if (isExpression(value)) {
    const expression = readExpression(value, property, { place, property, members: ["input", "context"] });
    return { evaluate: async (evaluation) => (await expression?.evaluateAs(evaluation, expected, isExpected)) as T };
  }
  if (Array.isArray(value)) {
    const evaluate = compile(value, property, { place, property, members: ["input", "context"] });
    if (isExpected(value)) return { evaluate: async (evaluation) => (await evaluate(evaluation)) as T };
  }
  if (!isExpected(value)) {
    place.refuse(property, `must be a ${expected} or an expression, is ${JSON.stringify(value)}`);
  }
  return { evaluate: async () => value as T };
}

interface Origin {
  place: Place;
  property: string;
  members: readonly StatesMember[];
}

type Evaluate = Template["evaluate"];

/** @param field In causes; AWS separates with slashes. */
function compile(value: unknown, field: string, origin: Origin): Evaluate {
  if (isExpression(value)) {
    const expression = readExpression(value, field, origin);
    return async (evaluation) => expression?.evaluate(evaluation);
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compile(item, `${field}[${index}]`, origin));
    return (evaluation) => Promise.all(items.map((item) => item(evaluation)));
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, inner]) => [key, compile(inner, `${field}/${key}`, origin)] as const,
    );
    return async (evaluation) => {
      const evaluated = entries.map(async ([key, inner]) => [key, await inner(evaluation)] as const);
      return Object.fromEntries(await Promise.all(evaluated));
    };
  }
  return async () => value;
}

/** A text is an expression from its first character to its last, or not at all. */
function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("{%");
}

function readExpression(text: string, field: string, { place, property, members }: Origin): Expression | undefined {
  const refuse = (rule: string) => place.refuse(property, `${field}: ${rule}`);
  if (!text.endsWith("%}")) {
    refuse(`an expression ends with %}, this one is ${JSON.stringify(text)}`);
    return undefined;
  }
  try {
    const expression = new Expression(text.slice(2, -2).trim(), field);
    const { variables, members: used, problems } = expression.references;
    for (const problem of problems) refuse(problem);
    for (const member of used) {
      const isThere = members.some((known) => known === member);
      if (!isThere) refuse(`$states.${member} has no value here; what has: ${members.join(", ")}`);
    }
    for (const name of variables) place.scope.use(name, refuse);
    return expression;
  } catch (error) {
    refuse((error as Error).message);
    return undefined;
  }
}
