import type { State, States } from "../definition/definition.ts";
import { runDistributedMap } from "./distributed-map.ts";
import { runInlineMap } from "./inline-map.ts";
import { payloadText } from "./payload.ts";
import { recovering } from "./recovery.ts";
import { choose, fail, pass, type Step, succeed, wait } from "./steps.ts";
import { runTask } from "./task.ts";
import { type Frame, Visit } from "./visit.ts";

/**
 * Runs states from the first to one that ends. @returns the last one's output.
 *
 * @throws StateError what no state recovered from; the frame's signal's reason, once it aborts.
 */
export async function runStates(states: States, input: unknown, frame: Frame): Promise<unknown> {
  const { history } = frame.run.execution;
  let name: string | undefined = states.startAt;
  let data = input;
  while (name !== undefined) {
    frame.signal.throwIfAborted();
    const state = stateOf(states, name);
    const text = payloadText(data, name);
    const entered = history.append(`${state.type}StateEntered`, { name, input: text });
    const { next, output, assigned } = await step(state, data, frame, entered);
    const outputText = payloadText(output, name);
    if (assigned !== undefined) frame.variables.assign(assigned, name);
    history.append(`${state.type}StateExited`, { name, output: outputText });
    data = output;
    name = next;
  }
  return data;
}

function step(state: State, input: unknown, frame: Frame, eventId: number): Promise<Step> {
  switch (state.type) {
    case "Task":
      return recovering(new Visit(state, input, frame, eventId), runTask);
    case "Map":
      return state.mode === "INLINE"
        ? recovering(new Visit(state, input, frame, eventId), (visit) => runInlineMap(visit, runStates))
        : recovering(new Visit(state, input, frame, eventId), runDistributedMap);
    case "Choice":
      return choose(new Visit(state, input, frame, eventId));
    case "Pass":
      return pass(new Visit(state, input, frame, eventId));
    case "Wait":
      return wait(new Visit(state, input, frame, eventId));
    case "Succeed":
      return succeed(new Visit(state, input, frame, eventId));
    case "Fail":
      return fail(new Visit(state, input, frame, eventId));
  }
}

function stateOf({ byName }: States, name: string): State {
  const state = byName.get(name);
  if (state === undefined) throw new Error(`there is no state ${name}`);
  return state;
}
