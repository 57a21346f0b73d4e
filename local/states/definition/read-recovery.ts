import { ERRORS } from "../state-error.ts";
import type { Catcher, Recovery, Retrier } from "./definition.ts";
import type { Place } from "./place.ts";
import { readAssign } from "./read-outcome.ts";
import type { StatesMember } from "./references.ts";
import { readTemplate } from "./template.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const MAX_ATTEMPTS = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;

const AFTER_ERROR: readonly StatesMember[] = ["input", "errorOutput", "context"];

/** The retriers and catchers of a task or a Map. @param next Takes the names of states to which they lead. */
export function readRecovery(state: Place, next: (place: Place, property: string) => string): Recovery {
  const retriers = state.list("Retry");
  const catchers = state.list("Catch");
  return {
    retriers: retriers.map((place, index) => readRetrier(place, index === retriers.length - 1)),
    catchers: catchers.map((place, index) => readCatcher(place, index === catchers.length - 1, next)),
  };
}

function readRetrier(place: Place, isLast: boolean): Retrier {
  const { inputs } = place;
  place.only(["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"]);
  const intervalSeconds = inputs.integer("IntervalSeconds", { fallback: 1, min: 1, max: MAX_ATTEMPTS });
  const maxDelaySeconds = inputs.optionalInteger("MaxDelaySeconds", { min: 1, max: MAX_DELAY_SECONDS - 1 });
  if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
    place.refuse("MaxDelaySeconds", `must be greater than IntervalSeconds, ${intervalSeconds}, is ${maxDelaySeconds}`);
  }
  return {
    errors: readErrors(place, isLast),
    intervalSeconds,
    maxAttempts: inputs.integer("MaxAttempts", { fallback: 3, min: 0, max: MAX_ATTEMPTS }),
    backoffRate: inputs.number("BackoffRate", { fallback: 2, min: 1, max: Number.MAX_SAFE_INTEGER }),
    maxDelaySeconds: maxDelaySeconds ?? Number.POSITIVE_INFINITY,
    jitter: inputs.choice("JitterStrategy", ["NONE", "FULL"]) === "FULL",
  };
}

function readCatcher(place: Place, isLast: boolean, next: (place: Place, property: string) => string): Catcher {
  place.only(["ErrorEquals", "Next", "Output", "Assign"]);
  return {
    errors: readErrors(place, isLast),
    next: next(place, "Next"),
    output: readTemplate(place, "Output", AFTER_ERROR),
    assign: readAssign(place, AFTER_ERROR),
  };
}

function readErrors(place: Place, isLast: boolean): string[] {
  const value = place.value("ErrorEquals");
  const errors = Array.isArray(value) ? value.map(String) : [];
  if (errors.length === 0) place.refuse("ErrorEquals", `must be a list of names, is ${JSON.stringify(value)}`);
  if (errors.includes(ERRORS.all) && (errors.length > 1 || !isLast)) {
    place.refuse("ErrorEquals", `${ERRORS.all} must stand alone, and last`);
  }
  if (errors.includes(ERRORS.runtime)) {
    place.refuse("ErrorEquals", `${ERRORS.runtime} always fails the execution: it is neither retried nor caught`);
  }
  return errors;
}
