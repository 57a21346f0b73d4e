import { OperatorError } from "../common/operator-error.ts";
import { stackPlace } from "../common/place.ts";

/** Where an error tracker is. */
export interface TrackerPlace {
  table: string;
  /** Undefined: as the environment says. */
  region: string | undefined;
  /** The topics of the stack that writes it; undefined where that cannot be told. */
  topics: readonly string[] | undefined;
  /** Where that stack's circuit breaker keeps its state; undefined where that cannot be told. */
  circuitTable: string | undefined;
}

/**
 * Finds the error tracker of a stack.
 *
 * @param root The project's folder.
 * @param table Given by name; the stack then need not have a file.
 * @throws OperatorError that names the file, where it is missing.
 */
export function trackerPlace(root: string, stack: string, table?: string): TrackerPlace {
  const place = stackPlace(root, stack);
  if (place === undefined) {
    if (table !== undefined) return { table, region: undefined, topics: undefined, circuitTable: undefined };
    throw new OperatorError(
      `stack ${JSON.stringify(stack)} has no Pulumi.${stack}.yaml: name its error tracker with --table`,
    );
  }
  const { names, region, topics } = place;
  return table === undefined || table === names.errorTracker
    ? { table: names.errorTracker, region, topics, circuitTable: names.circuitTable }
    : { table, region, topics: undefined, circuitTable: undefined };
}
