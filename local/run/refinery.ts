import type { BalanceSummary } from "../../functions/water-balance/handler.ts";
import type { Cloud } from "../cloud.ts";
import type { StackOutputs } from "./outputs.ts";

/** What a run of the refinery's machine came to. */
export interface RefineryRun {
  /** What the water balance says; undefined where the run did not come so far. */
  summary: BalanceSummary | undefined;
  /** Why not. */
  problem: string | undefined;
}

/** Runs the refinery once, as its schedule does. */
export async function refine(
  { states }: Pick<Cloud, "states">,
  { refineryMachine }: Pick<StackOutputs, "refineryMachine">,
): Promise<RefineryRun> {
  const { status, output, error, cause } = await states.settled(states.start(refineryMachine, "{}"));
  if (status !== "SUCCEEDED") {
    return { summary: undefined, problem: [status, error, cause].filter((part) => part !== undefined).join(": ") };
  }
  const answer = JSON.parse(output ?? "null") as BalanceSummary | { skipped: string };
  return typeof answer.skipped === "string"
    ? { summary: undefined, problem: answer.skipped }
    : { summary: answer as BalanceSummary, problem: undefined };
}

/** Whether the water balance knows of every topic, and finds nothing missing or too much. */
export function isBalanced({ summary }: RefineryRun): boolean {
  return summary !== undefined && summary.unequal === 0 && summary.notChecked === 0 && summary.unexplained === 0;
}
