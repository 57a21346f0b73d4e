import type { Mutation } from "./mutations.ts";
import type { Outcome } from "./proof.ts";
import { reasonFor } from "./unused-grants.ts";

/** What a run has needed of all that a stack grants and denies. */
export interface Coverage {
  /** Removals of which the run would have ended otherwise. */
  needed: readonly Outcome[];
  /** Not used by the run, each with the reason why it is there. */
  explained: readonly { mutation: Mutation; reason: string }[];
  /** Not used by the run, and nobody says why it is there. */
  unexplained: readonly Mutation[];
}

export function coverageOf(results: readonly Outcome[]): Coverage {
  const unused = results.filter(({ caught }) => caught === undefined).map(({ mutation }) => mutation);
  return {
    needed: results.filter(({ caught }) => caught !== undefined),
    explained: unused.flatMap((mutation) => {
      const reason = reasonFor(mutation.name);
      return reason === undefined ? [] : [{ mutation, reason }];
    }),
    unexplained: unused.filter(({ name }) => reasonFor(name) === undefined),
  };
}
