/** Values that are not known yet, by the paths of the inputs that hold them, or why else nothing can be said. */
export class Unknown {
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    this.paths = paths;
  }
}

/** What a condition comes to where not everything is known. */
export type Truth = boolean | Unknown;

/** False as soon as one condition is false, whatever the others may turn out to be. */
export function all(...conditions: readonly Truth[]): Truth {
  if (conditions.includes(false)) return false;
  return unknownOf(conditions) ?? true;
}

/** True as soon as one condition is true, whatever the others may turn out to be. */
export function any(...conditions: readonly Truth[]): Truth {
  if (conditions.includes(true)) return true;
  return unknownOf(conditions) ?? false;
}

export function not(condition: Truth): Truth {
  return condition instanceof Unknown ? condition : !condition;
}

/** The unknown values among the given ones as one, undefined where there are none. */
export function unknownOf(values: readonly unknown[]): Unknown | undefined {
  const unknowns = values.filter((value) => value instanceof Unknown);
  return unknowns.length === 0 ? undefined : new Unknown([...new Set(unknowns.flatMap(({ paths }) => paths))]);
}
