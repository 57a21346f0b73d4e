/** One object among a resource's inputs, with its path; gathers what AWS, or the local cloud, would refuse. */
export class Inputs {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: string[];

  /** @param path What precedes a property's name in a problem. */
  constructor(values: unknown, path: string, problems: string[]) {
    this.#values = typeof values === "object" && values !== null ? (values as Record<string, unknown>) : {};
    this.#path = path;
    this.#problems = problems;
  }

  /** @param rule What is allowed, and what the value is. */
  refuse(property: string, rule: string): void {
    this.#problems.push(`${this.#path}${property}: ${rule}`);
  }

  /** Undefined or null is absent. */
  value(property: string): unknown {
    return this.#values[property] ?? undefined;
  }

  optionalText(property: string): string | undefined {
    const value = this.value(property);
    return value === undefined ? undefined : String(value);
  }

  text(property: string, pattern: RegExp): string {
    const value = this.optionalText(property) ?? "";
    if (!pattern.test(value)) this.refuse(property, `must match ${pattern.source}, is ${JSON.stringify(value)}`);
    return value;
  }

  /** A choice among several, the first being the default. */
  choice<T extends string>(property: string, choices: readonly [T, ...T[]]): T {
    const value = this.optionalText(property) ?? choices[0];
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) this.refuse(property, `the local cloud has ${choices.join(", ")}, not ${value}`);
    return chosen ?? choices[0];
  }

  /** AWS takes numbers as text in a processor's parameters; elsewhere they are numbers. */
  number(property: string, { fallback, min, max }: { fallback: number; min: number; max: number }): number {
    const value = Number(this.value(property) ?? fallback);
    if (!(value >= min && value <= max)) this.refuse(property, `must be from ${min} to ${max}, is ${value}`);
    return value;
  }

  object(property: string): Inputs {
    return new Inputs(this.value(property), `${this.#path}${property}.`, this.#problems);
  }

  list(property: string): Inputs[] {
    const value = this.value(property);
    const items = Array.isArray(value) ? value : [];
    return items.map((item, index) => new Inputs(item, `${this.#path}${property}[${index}].`, this.#problems));
  }

  /** A list of names and values, such as a processor's parameters, as one object. */
  named(property: string, nameKey: string, valueKey: string): Inputs {
    const pairs = this.list(property).map((item) => [String(item.value(nameKey)), item.value(valueKey)]);
    return new Inputs(Object.fromEntries(pairs), `${this.#path}${property}.`, this.#problems);
  }

  /** Refuses every property that is present and not among `known`: what is not read must not look as if it were. */
  only(known: readonly string[]): void {
    for (const [property, value] of Object.entries(this.#values)) {
      if (!known.includes(property) && value !== undefined && value !== null) {
        this.refuse(property, "not known to the local cloud");
      }
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
}
