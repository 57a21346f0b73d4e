import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";
import { InvocationStrikes } from "./invocation-strikes.ts";

/**
 * The sqs-processor's process comes to a halt at one of its calls, until the function's own time-out ends it: one half
 * before the call took effect, one half after. The rate is the share of invocations, see {@link InvocationStrikes}.
 */
export function processorTimeout(parts: FaultParts): Fault {
  const strikes = new InvocationStrikes(parts);
  return {
    service: (service) =>
      aroundCalls(service, async ({ caller }, next) => {
        const execution = strikes.at(caller);
        if (execution === undefined) return next();
        const takesEffect = parts.trigger.random() < 0.5;
        if (takesEffect) await next().catch(() => undefined);
        execution.stall();
        return new Promise(() => {});
      }),
  };
}
