import type { Inputs } from "../../graph/inputs.ts";
import type { VariableScope } from "./variable-scope.ts";

/** An object of a definition, with its path for problems and the variables that its expressions see. */
export class Place {
  readonly inputs: Inputs;
  readonly scope: VariableScope;
  readonly #json: Readonly<Record<string, unknown>>;

  /** @param json The same object as `inputs`, which cannot tell null from absent; a definition must. */
  constructor(json: unknown, inputs: Inputs, scope: VariableScope) {
    this.inputs = inputs;
    this.scope = scope;
    this.#json = isObject(json) ? json : {};
  }

  get keys(): string[] {
    return Object.keys(this.#json);
  }

  has(property: string): boolean {
    return Object.hasOwn(this.#json, property);
  }

  /** Undefined is absent; null is a value. */
  value(property: string): unknown {
    return this.has(property) ? this.#json[property] : undefined;
  }

  refuse(property: string, rule: string): void {
    this.inputs.refuse(property, rule);
  }

  /** An inner object; refused where it is none. An absent one is empty. */
  object(property: string, scope = this.scope): Place {
    const value = this.value(property);
    if (value !== undefined && !isObject(value))
      this.refuse(property, `must be an object, is ${JSON.stringify(value)}`);
    return new Place(value, this.inputs.object(property), scope);
  }

  /** A list of objects; refused where it is none. An absent one is empty. */
  list(property: string): Place[] {
    const value = this.value(property);
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isObject)) {
      this.refuse(property, `must be a list of objects, is ${JSON.stringify(value)}`);
      return [];
    }
    const inputs = this.inputs.list(property);
    return value.flatMap((item, index) => {
      const inner = inputs[index];
      return inner === undefined ? [] : new Place(item, inner, this.scope);
    });
  }

  /** Refuses every other property; `Comment` may stand everywhere. */
  only(properties: readonly string[]): void {
    for (const property of this.keys) {
      if (property !== "Comment" && !properties.includes(property)) {
        this.refuse(property, "not known to the local cloud here");
      }
    }
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
