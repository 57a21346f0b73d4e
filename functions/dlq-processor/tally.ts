import type { ErrorClass, Origin } from "../common/archive.ts";
import { errorName } from "../common/failure.ts";
import type { Failed } from "./keep.ts";

/** What one invocation did. */
export class Tally {
  /** Newly archived, by origin and error class. */
  readonly archived: Record<Origin, Record<ErrorClass, number>> = {
    sqs: { DROP: 0, RETRY: 0, UNKNOWN: 0 },
    firehose: { DROP: 0, RETRY: 0, UNKNOWN: 0 },
  };
  /** The same by error type. */
  readonly types: Record<string, number> = {};
  /** How many messages, rows and files could not be archived, or read. */
  failures = 0;
  /** The same by the name of the error thrown. */
  readonly errors: Record<string, number> = {};

  isArchived({ object: { origin, error_class, error_type } }: Failed): void {
    this.archived[origin][error_class]++;
    this.types[error_type] = (this.types[error_type] ?? 0) + 1;
  }

  /** Its class has been found later than it was archived. */
  isReclassified(from: Failed, to: Failed): void {
    this.archived[from.object.origin][from.object.error_class]--;
    this.types[from.object.error_type] = (this.types[from.object.error_type] ?? 0) - 1;
    if (this.types[from.object.error_type] === 0) delete this.types[from.object.error_type];
    this.isArchived(to);
  }

  hasFailed(error: unknown): void {
    const name = errorName(error);
    this.failures++;
    this.errors[name] = (this.errors[name] ?? 0) + 1;
  }
}
