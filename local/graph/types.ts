/** Where in the program's source a resource was made. */
export interface SourcePosition {
  /** Path relative to the project's root. */
  file: string;
  line: number;
  column: number;
}

/** One resource as the program registered it. */
export interface GraphResource {
  urn: string;
  /** Pulumi type token, for example `aws:sqs/queue:Queue`. */
  type: string;
  /** The name given in the program, not the physical one. */
  name: string;
  /** False for a ComponentResource, which groups others and exists nowhere. */
  custom: boolean;
  parent: string | undefined;
  /** Inputs as plain values: secrets unwrapped, assets as {@link GraphArchive}. */
  inputs: Record<string, unknown>;
  /** Inputs and the outputs that AWS would add (arn, id, url). */
  state: Record<string, unknown>;
  /** URNs, explicit and implied. */
  dependencies: readonly string[];
  /** URNs by the input property that brings them. */
  propertyDependencies: Readonly<Record<string, readonly string[]>>;
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: readonly string[];
  source: SourcePosition | undefined;
}

/** A code archive: file contents by their path in the archive. */
export interface GraphArchive {
  files: Readonly<Record<string, string>>;
}

/** The program evaluated for one stack. */
export interface StackGraph {
  project: string;
  stack: string;
  region: string;
  account: string;
  /** The stack's settings, as Pulumi passes them: fully qualified keys, structured values as JSON text. */
  config: Readonly<Record<string, string>>;
  resources: readonly GraphResource[];
  /** What the program exports. */
  outputs: Readonly<Record<string, unknown>>;
}

/** The resources of one Pulumi type. */
export function ofType(graph: StackGraph, type: string): GraphResource[] {
  return graph.resources.filter((resource) => resource.type === type);
}

/** The resources that exist on AWS, components left out. */
export function customResources(graph: StackGraph): GraphResource[] {
  return graph.resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
}
