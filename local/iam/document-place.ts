import type { GraphResource } from "../graph/types.ts";
import { type DocumentOptions, type DocumentPlace, readDocument, type Statement } from "./document.ts";

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

/** What was read of a resource that never changes: a stack is judged again without one thing, hundreds of times. */
const known = new WeakMap<GraphResource, Map<string, Statement[]>>();

/** Reads a policy document of a resource. @param problems Where each thing goes that is not understood. */
export function documentOf(
  resource: GraphResource,
  { property, document, kind }: { property: string; document: unknown; kind: DocumentOptions["kind"] },
  problems: string[],
): Statement[] {
  const before = known.get(resource)?.get(property);
  if (before !== undefined) return before;
  const refuse = problemsOf(resource, problems);
  const found = problems.length;
  const statements = readDocument(document, {
    place: placeOf(resource, property),
    kind,
    refuse: (problem) => refuse(property, problem),
  });
  if (problems.length === found) {
    const ofResource = known.get(resource) ?? new Map<string, Statement[]>();
    known.set(resource, ofResource.set(property, statements));
  }
  return statements;
}
