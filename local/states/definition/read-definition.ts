import type { Inputs } from "../../graph/inputs.ts";
import type { Definition, State, States } from "./definition.ts";
import { Place } from "./place.ts";
import { readState } from "./read-state.ts";
import { VariableScope } from "./variable-scope.ts";

const MAX_NAME_LENGTH = 80;

/**
 * Reads the definition of a state machine in JSONata, whole: what AWS would refuse, and what the local cloud does not
 * have, becomes a problem of `inputs`. What is answered then is not to be run.
 *
 * @param json The same object as `inputs`.
 */
export function readDefinition(json: unknown, inputs: Inputs): Definition {
  const top = new Place(json, inputs, new VariableScope());
  top.only(["QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"]);
  inputs.text("QueryLanguage", /^JSONata$/);
  if (top.has("Version")) inputs.text("Version", /^1\.0$/);
  const reader = new DefinitionReader();
  const definition = {
    ...reader.states(top),
    timeoutSeconds: inputs.optionalInteger("TimeoutSeconds", { min: 1, max: 99_999_999 }),
  };
  top.scope.check();
  return definition;
}

class DefinitionReader {
  /** Of all states, those of processors too: they are unique. */
  readonly #names = new Set<string>();

  states(machine: Place): States {
    const places = machine.object("States");
    const names = new Set(places.keys);
    if (names.size === 0) machine.refuse("States", "must have a state");
    const next = (place: Place, property: string): string => {
      const name = place.inputs.text(property);
      if (name !== "" && !names.has(name)) place.refuse(property, `there is no state ${name} beside this one`);
      return name;
    };
    const startAt = next(machine, "StartAt");
    const byName = new Map<string, State>();
    for (const name of names) {
      this.#take(name, places);
      const state = readState(name, places.object(name), { next, states: (processor) => this.states(processor) });
      if (state !== undefined) byName.set(name, state);
    }
    return { startAt, byName };
  }

  #take(name: string, states: Place): void {
    if (name.length > MAX_NAME_LENGTH) states.refuse(name, `a state's name has at most ${MAX_NAME_LENGTH} characters`);
    if (this.#names.has(name)) states.refuse(name, "a state's name is unique in the whole machine");
    this.#names.add(name);
  }
}
