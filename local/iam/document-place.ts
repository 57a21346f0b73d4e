import type { GraphResource } from "../graph/types.ts";
import type { DocumentPlace } from "./document.ts";

export function placeOf(resource: GraphResource, property: string): DocumentPlace {
  return { urn: resource.urn, resource: `${resource.type} "${resource.name}"`, property };
}

/** Takes what is wrong with a property; an empty property is the resource as a whole. */
export type Problems = (property: string, problem: string) => void;

/** @param problems Where each goes, as `type "name" (file:line): property: problem`. */
export function problemsOf({ type, name, source }: GraphResource, problems: string[]): Problems {
  const at = source === undefined ? "" : ` (${source.file}:${source.line})`;
  return (property, problem) =>
    problems.push(`${type} "${name}"${at}: ${property === "" ? "" : `${property}: `}${problem}`);
}
