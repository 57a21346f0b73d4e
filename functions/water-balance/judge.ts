import type { PlanItem } from "../refinery-plan/plan-item.ts";
import type { StepFailure } from "../refinery-plan/progress.ts";
import { compare, type DayBalance } from "./compare.ts";
import { readCounts } from "./counts.ts";
import { notChecked, type Outcome } from "./results.ts";

/** What a run found out of a topic in its plan. */
export type Judged = { item: PlanItem } & (
  | { days: readonly DayBalance[]; failure?: undefined }
  | { days?: undefined; failure: StepFailure }
);

/**
 * @param outcome What the Map says of the topic; undefined where it says nothing.
 * @param silence Why it may say nothing.
 */
export function judge(item: PlanItem, outcome: Outcome | undefined, silence: string | undefined): Judged {
  if (item.refused !== null) return { item, failure: failureOf(notChecked("plan", item.refused)) };
  if (outcome === undefined)
    return { item, failure: failureOf(notChecked("run", silence ?? "no result of the topic")) };
  if (outcome.status === "not_checked") return { item, failure: failureOf(outcome) };
  try {
    return { item, days: compare(readCounts(outcome.rows, item.lost === null ? undefined : (outcome.lost ?? null))) };
  } catch (error) {
    return { item, failure: failureOf(notChecked("count", error)) };
  }
}

function failureOf({ step, error }: StepFailure): StepFailure {
  return { step, error };
}
