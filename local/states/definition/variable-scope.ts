type Refuse = (rule: string) => void;

/**
 * The variables that the states of one machine, or of one Map's processor, assign and use
 * (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html): an inner scope reads the outer ones'
 * and assigns none of them; the processor of a distributed Map sees no others than its own.
 */
export class VariableScope {
  /** From the nearest on. */
  readonly #outer: readonly VariableScope[];
  readonly #inner: VariableScope[] = [];
  readonly #assigned = new Map<string, Refuse>();
  readonly #used: { name: string; refuse: Refuse }[] = [];

  constructor(outer?: VariableScope) {
    this.#outer = outer === undefined ? [] : [outer, ...outer.#outer];
    if (outer !== undefined) outer.#inner.push(this);
  }

  assign(name: string, refuse: Refuse): void {
    this.#assigned.set(name, refuse);
  }

  use(name: string, refuse: Refuse): void {
    this.#used.push({ name, refuse });
  }

  /** Refuses what breaks the rules, in the scopes within this one too; when all of the definition has been read. */
  check(): void {
    for (const [name, refuse] of this.#assigned) {
      if (this.#isOuter(name)) refuse(`$${name} is a variable of an outer scope, which an inner one cannot assign`);
    }
    for (const { name, refuse } of this.#used) {
      if (!this.#sees(name)) refuse(`no state assigns $${name} where this one sees it, and no function has that name`);
    }
    for (const scope of this.#inner) scope.check();
  }

  #sees(name: string): boolean {
    return this.#assigned.has(name) || this.#isOuter(name);
  }

  #isOuter(name: string): boolean {
    return this.#outer.some((scope) => scope.#assigned.has(name));
  }
}
