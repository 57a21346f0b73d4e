/** What the state machine does for one topic: an element of the plan, which is a JSON array in the results bucket. */
export interface PlanItem {
  topic: string;
  /** Why nothing of it runs; then there are no statements. */
  refused: string | null;
  /** RAW's, as Glue has it before the run; null where it has none. */
  metadataLocation: string | null;
  /** Epoch seconds: the run merges what was ingested from then on. */
  from: number;
  /** A digest of the declared columns. */
  columns: string;
  /**
   * Looks for rows that somebody has removed since the last run, and must be run before all others, which put them back;
   * null where nobody can have removed any.
   */
  lost: string | null;
  /** Statements that prepare the tables, in this order. */
  ddl: readonly string[];
  curate: string | null;
  refine: string | null;
  /** Null where nothing can be rejected. */
  reject: string | null;
  /** Null where the columns are as they were. */
  backfill: string | null;
  count: string | null;
}

/** Where the plan is, and what it came to. */
export interface PlanAnswer {
  bucket: string;
  key: string;
  /** How many topics are in the plan. */
  topics: number;
  /** How many have nothing new. */
  skipped: number;
}

/** Where in the results bucket the runs are. */
export const RUNS_PREFIX = "runs/";

/** Prefix of everything that a run writes to the results bucket. @param execution name of the state machine's execution. */
export function runPrefix(execution: string): string {
  return `${RUNS_PREFIX}${execution}/`;
}
