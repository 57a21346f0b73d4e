import type { GraphResource } from "./types.ts";

/** Resources that AWS would refuse, or that the local cloud cannot realise: the message is one line a problem. */
export class ResourceError extends Error {
  override readonly name = "ResourceError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** @throws ResourceError with all problems, if there are any. */
export function refuseAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new ResourceError(problems);
}

/** Both ends are allowed. */
export interface Range {
  min: number;
  max: number;
}

/** A range, and what AWS, or its provider, takes where the program says nothing. */
export interface RangeWithDefault extends Range {
  fallback: number;
}

/**
 * One object among a resource's inputs, with its path; gathers what AWS, or the local cloud, would refuse. What reads a
 * value answers something of its type even where it refuses, so that reading goes on to the next problem.
 */
export class Inputs {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #resource: string;
  readonly #problems: string[];
  readonly #path: string;

  /**
   * @param resource What precedes the path in a problem.
   * @param path From the resource to this object, with the separator that precedes a property's name.
   */
  constructor(values: unknown, resource: string, problems: string[], path = "") {
    this.#values = typeof values === "object" && values !== null ? (values as Record<string, unknown>) : {};
    this.#resource = resource;
    this.#problems = problems;
    this.#path = path;
  }

  /**
   * All inputs of a resource. `name` is the physical one, which the provider makes up where the program gives none.
   *
   * @param problems Where each goes, as `type "name" (file:line): path: rule`.
   */
  static of({ type, name, source, inputs, state }: GraphResource, problems: string[]): Inputs {
    const at = source === undefined ? "" : ` (${source.file}:${source.line})`;
    return new Inputs({ ...inputs, name: state.name }, `${type} "${name}"${at}: `, problems);
  }

  /** @param rule What is allowed, and what the value is. */
  refuse(property: string, rule: string): void {
    this.#problems.push(`${this.#resource}${this.#path}${property}: ${rule}`);
  }

  /** Undefined or null is absent. */
  value(property: string): unknown {
    return this.#values[property] ?? undefined;
  }

  optionalText(property: string): string | undefined {
    const value = this.value(property);
    if (value === undefined || typeof value === "string") return value;
    this.refuse(property, `must be a text, is ${JSON.stringify(value)}`);
    return undefined;
  }

  /** @param pattern By default any text but the empty one. */
  text(property: string, pattern?: RegExp): string {
    const value = this.value(property);
    const text = typeof value === "string" ? value : "";
    if (!(pattern ?? /./s).test(text)) {
      const rule = pattern === undefined ? "be a text" : `match ${pattern.source}`;
      this.refuse(property, `must ${rule}, is ${JSON.stringify(value)}`);
    }
    return text;
  }

  /** A choice among several, the first being the default. */
  choice<T extends string>(property: string, choices: readonly [T, ...T[]]): T {
    const value = this.value(property) ?? choices[0];
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) this.refuse(property, `the local cloud has ${choices.join(", ")}, not ${value}`);
    return chosen ?? choices[0];
  }

  /** AWS takes numbers as text in a processor's parameters; elsewhere they are numbers. */
  number(property: string, { fallback, min, max }: RangeWithDefault): number {
    const value = Number(this.value(property) ?? fallback);
    if (!(value >= min && value <= max)) this.refuse(property, `must be from ${min} to ${max}, is ${value}`);
    return value;
  }

  integer(property: string, { fallback, ...range }: RangeWithDefault): number {
    return this.optionalInteger(property, range) ?? fallback;
  }

  optionalInteger(property: string, { min, max }: Range): number | undefined {
    const value = this.value(property);
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    this.refuse(property, `must be a whole number from ${min} to ${max}, is ${JSON.stringify(value)}`);
    return undefined;
  }

  object(property: string): Inputs {
    return this.#inner(this.value(property), property);
  }

  /** A list of plain values; anything else is an empty one. */
  values(property: string): readonly unknown[] {
    const value = this.value(property);
    return Array.isArray(value) ? value : [];
  }

  /** A list of objects. */
  list(property: string): Inputs[] {
    return this.values(property).map((item, index) => this.#inner(item, `${property}[${index}]`));
  }

  /** A list of names and values, such as a processor's parameters, as one object. */
  named(property: string, nameKey: string, valueKey: string): Inputs {
    const pairs = this.list(property).map((item) => [String(item.value(nameKey)), item.value(valueKey)]);
    return this.#inner(Object.fromEntries(pairs), property);
  }

  /**
   * Refuses every property that is present, and neither read nor ignored: what is not read must not look as if it were.
   *
   * @param ignored What changes nothing locally, by its path in the resource without list indices.
   */
  only(read: readonly string[], ignored: Readonly<Record<string, string>> = {}): void {
    const path = this.#path.replace(/\[\d+\]/g, "");
    for (const property of Object.keys(this.#values)) {
      const known = read.includes(property) || Object.hasOwn(ignored, path + property);
      if (!known && this.value(property) !== undefined) this.refuse(property, "not known to the local cloud");
    }
  }

  /** Keeps what `read` throws as a problem of `property`. */
  attempt<T>(property: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.refuse(property, (error as Error).message);
      return undefined;
    }
  }

  #inner(value: unknown, property: string): Inputs {
    return new Inputs(value, this.#resource, this.#problems, `${this.#path}${property}.`);
  }
}
