import type { Outcome, Recovery, Retrier, State } from "../definition/definition.ts";
import { StateError, takes } from "../state-error.ts";
import { pause } from "./pause.ts";
import { payloadText } from "./payload.ts";
import { handOn, type Step } from "./steps.ts";
import type { Visit } from "./visit.ts";

type Recovering = Extract<State, Recovery & Outcome & { next: string | undefined }>;

/**
 * Tries a state until it has a step, a retrier gives up, or a catcher takes the error
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). An error of the state's own
 * `Output` or `Assign` counts too.
 */
export async function recovering<S extends Recovering>(
  visit: Visit<S>,
  attempt: (visit: Visit<S>) => Promise<unknown>,
): Promise<Step> {
  const { state, frame } = visit;
  const tries = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = await attempt(visit);
      const step = { next: state.next, ...(await handOn(state, result, visit.evaluation({ result }))) };
      payloadText(step.output, state.name);
      return step;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const retrier = state.retriers.find(({ errors }) => takes(errors, error.error));
      const tried = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
      if (retrier === undefined || tried >= retrier.maxAttempts) return await caught(visit, error);
      tries.set(retrier, tried + 1);
      visit.retries += 1;
      await pause(frame.run.clock, delaySeconds(retrier, tried, frame.run.random) * 1_000, frame.signal);
    }
  }
}

/** @param tried Times that this retrier has taken an error before. */
export function delaySeconds(retrier: Retrier, tried: number, random: () => number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds, jitter } = retrier;
  const delay = Math.min(intervalSeconds * backoffRate ** tried, maxDelaySeconds);
  return jitter ? delay * random() : delay;
}

async function caught(visit: Visit<Recovering>, error: StateError): Promise<Step> {
  const catcher = visit.state.catchers.find(({ errors }) => takes(errors, error.error));
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.error, Cause: error.cause };
  const evaluation = visit.evaluation({ errorOutput });
  return { next: catcher.next, ...(await handOn(catcher, errorOutput, evaluation)) };
}
