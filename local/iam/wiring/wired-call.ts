import type { Call } from "../call.ts";
import type { Context } from "../context.ts";
import type { Principal } from "../principal.ts";

/** A call that AWS's services make among themselves because of how a resource is set up. */
export interface WiredCall extends Call {
  /** URN of the resource whose set-up it follows from. */
  because: string;
}

/** A call within AWS, which passes nobody's VPC. */
export function wired(
  because: string,
  principal: Principal,
  action: string,
  resource: string,
  context: Context = {},
): WiredCall {
  return { because, principal, from: undefined, action, resource, context };
}

export function service(name: string): Principal {
  return { kind: "service", name };
}

/** @param session As the service names the role's session. */
export function role(arn: unknown, session: string): Principal {
  return { kind: "role", arn: String(arn), session };
}

/** For whom a service calls: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
export function source(arn: unknown, account: string): Context {
  return { "aws:sourcearn": String(arn), "aws:sourceaccount": account };
}
