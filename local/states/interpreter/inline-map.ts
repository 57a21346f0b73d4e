import PQueue from "p-queue";
import type { InlineMapState, States } from "../definition/definition.ts";
import { MAX_ITERATIONS } from "../definition/read-map.ts";
import { Abandoned } from "../state-error.ts";
import { payloadText } from "./payload.ts";
import { Variables } from "./variables.ts";
import type { Frame, MapItem, Visit } from "./visit.ts";

type RunStates = (states: States, input: unknown, frame: Frame) => Promise<unknown>;

/**
 * Runs the processor for each item, in the execution itself. @returns the results in the items' order.
 *
 * @throws StateError the first that an iteration fails with; the others are then given up.
 */
export async function runInlineMap(visit: Visit<InlineMapState>, runStates: RunStates): Promise<unknown[]> {
  const { state, frame } = visit;
  const { history } = frame.run.execution;
  const evaluation = visit.evaluation();
  const items = await state.items.evaluate(evaluation);
  const asked = (await state.maxConcurrency?.evaluate(evaluation)) ?? 0;
  history.append("MapStateStarted", { length: items.length });
  const failure = new AbortController();
  const signal = AbortSignal.any([frame.signal, failure.signal]);
  const queue = new PQueue({ concurrency: asked === 0 ? MAX_ITERATIONS : asked });
  const iterate = async (item: MapItem): Promise<unknown> => {
    signal.throwIfAborted();
    const details = { name: state.name, index: item.Index };
    history.append("MapIterationStarted", details);
    const input = await inputOf(visit, item);
    const output = await runStates(state.processor, input, {
      run: frame.run,
      variables: new Variables(frame.variables),
      signal,
      item,
    });
    history.append("MapIterationSucceeded", details);
    return output;
  };
  let first: unknown;
  const givingUp = (error: unknown): never => {
    first ??= error;
    failure.abort(new Abandoned(`another iteration of ${state.name} failed`));
    queue.clear();
    throw error;
  };
  try {
    const results = await queue.addAll(items.map((Value, Index) => () => iterate({ Index, Value }).catch(givingUp)));
    history.append("MapStateSucceeded");
    return results;
  } catch (error) {
    await queue.onIdle();
    throw first ?? error;
  }
}

async function inputOf(visit: Visit<InlineMapState>, item: MapItem): Promise<unknown> {
  const { itemSelector, name } = visit.state;
  const input = itemSelector === undefined ? item.Value : await itemSelector.evaluate(visit.evaluation({ item }));
  payloadText(input, name);
  return input;
}
