import type { Integration } from "../integrations/integration.ts";
import { integrations } from "../integrations/integrations.ts";
import type { ChoiceState, State, States, TaskState, WaitState } from "./definition.ts";
import type { Place } from "./place.ts";
import { readMap } from "./read-map.ts";
import { readOutcome } from "./read-outcome.ts";
import { readRecovery } from "./read-recovery.ts";
import type { StatesMember } from "./references.ts";
import { readBoolean, readInteger, readObjectTemplate, readTemplate, readText } from "./template.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html: also the default. */
const MAX_SECONDS = 99_999_999;

const BEFORE: readonly StatesMember[] = ["input", "context"];
const AFTER: readonly StatesMember[] = ["input", "result", "context"];

const FLOW = ["Type", "Next", "End", "Output", "Assign"];
const RECOVERING = [...FLOW, "Retry", "Catch"];

/** What reading a state needs of the machine around it. */
export interface Machine {
  /** A property that names a state of the same machine. */
  next(place: Place, property: string): string;
  /** The states of a Map's processor. */
  states(processor: Place): States;
}

/** A state; undefined where its type is not known, which is refused. */
export function readState(name: string, state: Place, machine: Machine): State | undefined {
  const type = state.value("Type");
  switch (type) {
    case "Task":
      return readTask(name, state, machine);
    case "Map": {
      const own = readMap(state, { states: machine.states, common: RECOVERING });
      const flow = { name, next: readNext(state, machine), ...readOutcome(state, AFTER) };
      return { ...own, ...flow, ...readRecovery(state, machine.next) };
    }
    case "Choice":
      return readChoice(name, state, machine);
    case "Pass":
      state.only(FLOW);
      return { type, name, next: readNext(state, machine), ...readOutcome(state, BEFORE) };
    case "Wait":
      return readWait(name, state, machine);
    case "Succeed":
      state.only(["Type", "Output"]);
      return { type, name, output: readTemplate(state, "Output", BEFORE) };
    case "Fail":
      state.only(["Type", "Error", "Cause"]);
      return { type, name, error: readText(state, "Error"), cause: readText(state, "Cause") };
    default:
      state.refuse("Type", `the local cloud has Task, Map, Choice, Pass, Wait, Succeed, Fail, not ${type}`);
      return undefined;
  }
}

/** @returns undefined: the end. */
function readNext(state: Place, machine: Machine): string | undefined {
  const isEnd = state.value("End") === true;
  if (isEnd === state.has("Next")) state.refuse("Next", "a state has either Next or End: true");
  return isEnd || !state.has("Next") ? undefined : machine.next(state, "Next");
}

function readTask(name: string, state: Place, machine: Machine): TaskState | undefined {
  state.only([...RECOVERING, "Resource", "Arguments", "TimeoutSeconds"]);
  const resource = state.inputs.text("Resource");
  const integration = integrations.get(resource);
  if (integration === undefined) {
    state.refuse("Resource", `the local cloud has ${[...integrations.keys()].join(", ")}, not ${resource}`);
    return undefined;
  }
  const template = readObjectTemplate(state, "Arguments", BEFORE);
  checkArguments(state.object("Arguments"), integration);
  return {
    type: "Task",
    name,
    integration,
    arguments: template ?? { evaluate: async () => ({}) },
    timeoutSeconds: readInteger(state, "TimeoutSeconds", { min: 1, max: MAX_SECONDS }),
    next: readNext(state, machine),
    ...readOutcome(state, AFTER),
    ...readRecovery(state, machine.next),
  };
}

function checkArguments(given: Place, { required, optional }: Integration): void {
  given.only([...required, ...optional]);
  for (const member of required) {
    if (!given.has(member)) given.refuse(member, "is required");
  }
}

function readChoice(name: string, state: Place, machine: Machine): ChoiceState {
  // What an Output beside the rules means for a rule without one is not clear: each rule says its own.
  state.only(["Type", "Choices", "Default", "Assign"]);
  const rules = state.list("Choices");
  if (rules.length === 0) state.refuse("Choices", "must have a rule");
  return {
    type: "Choice",
    name,
    rules: rules.map((rule) => {
      rule.only(["Condition", "Next", "Output", "Assign"]);
      if (!rule.has("Condition")) rule.refuse("Condition", "is required");
      const condition = readBoolean(rule, "Condition") ?? { evaluate: async () => false };
      return { condition, next: machine.next(rule, "Next"), ...readOutcome(rule, BEFORE) };
    }),
    otherwise: state.has("Default")
      ? { next: machine.next(state, "Default"), ...readOutcome(state, BEFORE) }
      : undefined,
  };
}

function readWait(name: string, state: Place, machine: Machine): WaitState {
  state.only([...FLOW, "Seconds", "Timestamp"]);
  const seconds = readInteger(state, "Seconds", { min: 0, max: MAX_SECONDS });
  const timestamp = readText(state, "Timestamp");
  if ((seconds === undefined) === (timestamp === undefined)) {
    state.refuse("Seconds", "a Wait has either Seconds or Timestamp");
  }
  return {
    type: "Wait",
    name,
    wait: timestamp === undefined ? { seconds: seconds ?? { evaluate: async () => 0 } } : { timestamp },
    next: readNext(state, machine),
    ...readOutcome(state, BEFORE),
  };
}
