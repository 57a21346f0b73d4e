import type { Context } from "../context.ts";

/** What an API call asks for: one action on one resource. */
export interface Ask {
  /** As the service authorization reference writes it. */
  action: string;
  /** An ARN, or `*` where the action has no resource. */
  resource: string;
  context: Context;
}

/** Where the stack's resources are, as their ARNs say. */
export interface Place {
  region: string;
  account: string;
}

/**
 * What a call of one of AWS's JSON protocols asks for.
 *
 * @param input Untrusted JSON: a resource that cannot be named is one that nobody may use.
 * @returns undefined for an action that is not known here; of the others all asks must be admitted.
 */
export type JsonAsks = (action: string, input: Record<string, unknown>) => readonly Ask[] | undefined;

const NOTHING: Context = {};

export function ask(action: string, resource: string, context: Context = NOTHING): Ask {
  return { action, resource, context };
}

/** What a name comes to that is not a text: no policy names it. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
