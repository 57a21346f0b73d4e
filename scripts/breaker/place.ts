import { OperatorError } from "../common/operator-error.ts";
import { stackPlace } from "../common/place.ts";

/** Where a circuit breaker is. */
export interface BreakerPlace {
  functionName: string;
  /** Undefined: as the environment says. */
  region: string | undefined;
}

/**
 * Finds the circuit breaker of a stack.
 *
 * @param root The project's folder.
 * @param functionName Given by name; the stack then need not have a file.
 * @throws OperatorError that names the file, where it is missing.
 */
export function breakerPlace(root: string, stack: string, functionName?: string): BreakerPlace {
  const place = stackPlace(root, stack);
  const name = functionName ?? place?.names.functionName("circuit-breaker");
  if (name === undefined) {
    throw new OperatorError(
      `stack ${JSON.stringify(stack)} has no Pulumi.${stack}.yaml: name its circuit breaker with --function`,
    );
  }
  return { functionName: name, region: place?.region };
}
