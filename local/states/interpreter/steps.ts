import type { ChoiceState, FailState, Outcome, PassState, SucceedState, WaitState } from "../definition/definition.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { pause, pauseUntil } from "./pause.ts";
import type { Visit } from "./visit.ts";

/** What a state came to. */
export interface Step {
  /** Undefined: the end. */
  next: string | undefined;
  output: unknown;
  /** Variables by name; undefined: none. */
  assigned: Readonly<Record<string, unknown>> | undefined;
}

/** Evaluates what a state hands on. `Assign` does not see what it assigns, nor does `Output`. */
export async function handOn(
  { output, assign }: Outcome,
  otherwise: unknown,
  evaluation: ReturnType<Visit["evaluation"]>,
): Promise<Omit<Step, "next">> {
  return {
    output: output === undefined ? otherwise : await output.evaluate(evaluation),
    assigned: (await assign?.evaluate(evaluation)) as Step["assigned"],
  };
}

export async function pass(visit: Visit<PassState>): Promise<Step> {
  const { state, input } = visit;
  return { next: state.next, ...(await handOn(state, input, visit.evaluation())) };
}

export async function succeed(visit: Visit<SucceedState>): Promise<Step> {
  const { state, input } = visit;
  const outcome = { output: state.output, assign: undefined };
  return { next: undefined, ...(await handOn(outcome, input, visit.evaluation())) };
}

/** @throws StateError always. */
export async function fail(visit: Visit<FailState>): Promise<never> {
  const { error, cause } = visit.state;
  const evaluation = visit.evaluation();
  throw new StateError((await error?.evaluate(evaluation)) ?? "", (await cause?.evaluate(evaluation)) ?? "");
}

export async function choose(visit: Visit<ChoiceState>): Promise<Step> {
  const { state, input } = visit;
  const evaluation = visit.evaluation();
  for (const rule of state.rules) {
    if (await rule.condition.evaluate(evaluation)) {
      return { next: rule.next, ...(await handOn(rule, input, evaluation)) };
    }
  }
  if (state.otherwise === undefined) {
    const cause = "Failed to transition out of the state. The state does not point to a next state.";
    throw new StateError(ERRORS.runtime, visit.failureOf(cause));
  }
  return { next: state.otherwise.next, ...(await handOn(state.otherwise, input, evaluation)) };
}

export async function wait(visit: Visit<WaitState>): Promise<Step> {
  const { state, input, frame } = visit;
  const { clock } = frame.run;
  const evaluation = visit.evaluation();
  if ("seconds" in state.wait) {
    await pause(clock, (await state.wait.seconds.evaluate(evaluation)) * 1_000, frame.signal);
  } else {
    await pauseUntil(clock, epochOf(await state.wait.timestamp.evaluate(evaluation), visit), frame.signal);
  }
  return { next: state.next, ...(await handOn(state, input, visit.evaluation())) };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html: RFC 3339, with a capital T and Z. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function epochOf(timestamp: string, visit: Visit): number {
  const time = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const what = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
  throw new StateError(ERRORS.query, visit.failureOf(what));
}
