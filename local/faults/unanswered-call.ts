import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";
import { InvocationStrikes } from "./invocation-strikes.ts";

/**
 * A call of the sqs-processor gets no answer, so that its client gives up and may try again: one half took effect all the
 * same, which is where duplicates come from. The rate is the share of invocations, see {@link InvocationStrikes}.
 */
export function unansweredCall(parts: FaultParts): Fault {
  const strikes = new InvocationStrikes(parts);
  return {
    service: (service) =>
      aroundCalls(service, async ({ caller }, next) => {
        if (strikes.at(caller) === undefined) return next();
        const takesEffect = parts.trigger.random() < 0.5;
        if (takesEffect) await next().catch(() => undefined);
        return new Promise(() => {});
      }),
  };
}
