import type { TaskState } from "../definition/definition.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { unlessAborted } from "./pause.ts";
import { payloadText } from "./payload.ts";
import type { Visit } from "./visit.ts";

/** Does a task once. @returns the service's answer, as JSON. @throws StateError */
export async function runTask(visit: Visit<TaskState>): Promise<unknown> {
  const { state, frame } = visit;
  const { history } = frame.run.execution;
  const evaluation = visit.evaluation();
  const input = (await state.arguments.evaluate(evaluation)) as Record<string, unknown>;
  const timeoutSeconds = await state.timeoutSeconds?.evaluate(evaluation);
  const { service: resourceType, action: resource } = state.integration;
  const task = { resourceType, resource };
  history.append("TaskScheduled", {
    ...task,
    region: frame.run.execution.arn.split(":")[3],
    parameters: payloadText(input, state.name),
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
  });
  history.append("TaskStarted", task);
  try {
    const result = await inTime(visit, timeoutSeconds, input);
    const output = payloadText(result ?? {}, resourceType);
    history.append("TaskSucceeded", { ...task, output });
    // A copy, that no service's own object is handed on.
    return JSON.parse(output);
  } catch (error) {
    if (error instanceof StateError) {
      const type = error.error === ERRORS.timeout ? "TaskTimedOut" : "TaskFailed";
      history.append(type, { ...task, error: error.error, cause: error.cause });
    }
    throw error;
  }
}

/** A task that takes too long is no longer waited for; what the service does goes on, where it cannot be stopped. */
async function inTime(
  { state, frame }: Visit<TaskState>,
  seconds: number | undefined,
  input: Record<string, unknown>,
): Promise<unknown> {
  const { clock, call, caller } = frame.run;
  const timeout = new AbortController();
  const timer =
    seconds === undefined
      ? undefined
      : clock.after(seconds * 1_000, () => timeout.abort(new StateError(ERRORS.timeout, "")));
  const signal = AbortSignal.any([frame.signal, timeout.signal]);
  const { integration } = state;
  const task = {
    clock,
    signal,
    call: (action: string, request: Record<string, unknown>) => call(integration.service, action, request, caller),
  };
  try {
    return await unlessAborted(integration.run(input, task), signal);
  } finally {
    clock.clear(timer);
  }
}
