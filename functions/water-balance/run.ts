import type { Bucket } from "../common/bucket.ts";
import type { RunEvent } from "../refinery-plan/handler.ts";
import type { PlanAnswer, PlanItem } from "../refinery-plan/plan-item.ts";
import { type Judged, judge } from "./judge.ts";
import { errorText, type Outcome, type ResultsLocation, readResults } from "./results.ts";

/** What the state machine knows at the end of a run. */
export interface BalanceEvent extends RunEvent {
  /** What refinery-plan answered; absent where it did not. */
  plan?: (Pick<PlanAnswer, "key"> & Partial<PlanAnswer>) | null;
  /** The Map's ResultWriterDetails; absent where it did not run, or failed as a whole. */
  results?: ResultsLocation | null;
  /** What failed as a whole. */
  failed?: string | null;
}

export interface Run {
  /** The topics of the plan. */
  judged: readonly Judged[];
  /** False where nobody knows what should have been done. */
  hasPlan: boolean;
  /** Why not all is known. */
  problem: string | undefined;
}

/**
 * What a run did, from the files that it left. What cannot be read makes its topics unchecked.
 *
 * @param get reads an object of the results bucket.
 */
export async function readRun(
  { plan, results, failed }: BalanceEvent,
  get: (key: string) => ReturnType<Bucket["get"]>,
): Promise<Run> {
  let items: readonly PlanItem[];
  try {
    items = await readPlan(plan?.key, get);
  } catch (error) {
    return { judged: [], hasPlan: false, problem: errorText(failed ?? error) };
  }
  let outcomes: ReadonlyMap<string, Outcome> = new Map();
  let problem = failed ? errorText(failed) : undefined;
  if (results) {
    try {
      outcomes = await readResults(get, results);
    } catch (error) {
      problem ??= errorText(error);
    }
  }
  return { judged: items.map((item) => judge(item, outcomes.get(item.topic), problem)), hasPlan: true, problem };
}

async function readPlan(
  key: string | undefined,
  get: (key: string) => ReturnType<Bucket["get"]>,
): Promise<readonly PlanItem[]> {
  if (key === undefined) throw new Error("there is no plan");
  const text = await get(key);
  if (text === undefined) throw new Error(`plan: there is no object ${key}`);
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) throw new Error(`plan: ${key} is no list`);
  return items;
}
