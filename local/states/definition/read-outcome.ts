import type { Outcome } from "./definition.ts";
import type { Place } from "./place.ts";
import type { StatesMember } from "./references.ts";
import { readObjectTemplate, readTemplate, type Template } from "./template.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

export function readOutcome(place: Place, members: readonly StatesMember[]): Outcome {
  return { output: readTemplate(place, "Output", members), assign: readAssign(place, members) };
}

/** A part of a variable (`x.y`) cannot be assigned. */
export function readAssign(place: Place, members: readonly StatesMember[]): Template | undefined {
  const template = readObjectTemplate(place, "Assign", members);
  for (const name of template?.names ?? []) {
    const refuse = (rule: string) => place.refuse("Assign", rule);
    if (!VARIABLE.test(name)) refuse(`a variable is a name of at most 80 characters, not ${name}`);
    else if (name === "states") refuse("$states is Step Functions' own");
    else place.scope.assign(name, refuse);
  }
  return template;
}
