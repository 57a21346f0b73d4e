import type { BalanceSummary } from "../../functions/water-balance/handler.ts";
import type { Cloud } from "../cloud.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import type { StackOutputs } from "./outputs.ts";

/** What a run of the refinery's machine came to. */
export interface RefineryRun {
  /** What the water balance says; undefined where the run did not come so far. */
  summary: BalanceSummary | undefined;
  /** Why not. */
  problem: string | undefined;
}

/**
 * Starts the functions that the machine calls while something else is waited for, so that its run waits for none of them.
 * What keeps one from starting is told by its invocation.
 */
export function warmRefinery(
  { lambda }: Pick<Cloud, "lambda">,
  graph: StackGraph,
  { refineryMachine }: Pick<StackOutputs, "refineryMachine">,
): void {
  const machine = ofType(graph, "aws:sfn/stateMachine:StateMachine").find(({ state }) => state.arn === refineryMachine);
  const mentioned = new Set(machine?.propertyDependencies.definition);
  for (const { urn, state } of ofType(graph, "aws:lambda/function:Function")) {
    if (mentioned.has(urn)) lambda.warm(String(state.arn), 1).catch(() => undefined);
  }
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
