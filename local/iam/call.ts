import type { Context } from "./context.ts";
import { type Principal, principalName } from "./principal.ts";

/** One action on one resource, as somebody asks a service for it. */
export interface Call {
  principal: Principal;
  /** ARN of the function whose process makes the call, which decides about its way through the network. */
  from: string | undefined;
  /** As the service authorization reference writes it, for example `sqs:SendMessage`. */
  action: string;
  /** An ARN, or `*` where the action has no resource. */
  resource: string;
  /** What the call itself says: a prefix, a source. What follows from who calls, and from where, is added. */
  context: Context;
}

/** The same for calls that cannot be told apart by any policy. */
export function keyOfCall({ principal, from, action, resource, context }: Call): string {
  const said = Object.entries(context).map(([key, value]) => `${key}=${String(value)}`);
  return [principalName(principal), from ?? "", action, resource, ...said].join("\n");
}
