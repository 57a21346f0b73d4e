/** Names that Step Functions gives to errors: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export const ERRORS = {
  all: "States.ALL",
  dataLimit: "States.DataLimitExceeded",
  itemReader: "States.ItemReaderFailed",
  query: "States.QueryEvaluationError",
  resultWriter: "States.ResultWriterFailed",
  runtime: "States.Runtime",
  taskFailed: "States.TaskFailed",
  threshold: "States.ExceedToleratedFailureThreshold",
  timeout: "States.Timeout",
} as const;

/** What a state fails with: a name, which retriers and catchers look for, and a text for people. */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}

/**
 * Whether a retrier or a catcher with these names takes an error. `States.ALL` is no match for
 * `States.DataLimitExceeded` (though the field has seen it catch a task's too large result [?]), `States.TaskFailed`
 * takes all that it takes but `States.Timeout`, and nothing takes `States.Runtime`.
 */
export function takes(names: readonly string[], error: string): boolean {
  if (error === ERRORS.runtime) return false;
  if (names.includes(error)) return true;
  if (error === ERRORS.dataLimit) return false;
  return names.includes(ERRORS.all) || (names.includes(ERRORS.taskFailed) && error !== ERRORS.timeout);
}

/** Why what nobody waits for any more ends: no error of a state, so that no state recovers from it. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}
