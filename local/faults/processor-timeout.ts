import { aroundCalls, type Fault, type FaultParts } from "./fault.ts";
import { InvocationStrikes } from "./invocation-strikes.ts";

/**
 * A call of the sqs-processor takes too long, whether or not it took effect. One half gets no answer, so that the
 * client gives up; since the function reckons with that, in the other half its process comes to a halt, until the
 * function's own time-out ends it. The rate is the share of invocations, see {@link InvocationStrikes}.
 */
export function processorTimeout(parts: FaultParts): Fault {
  const strikes = new InvocationStrikes(parts);
  const { random } = parts.trigger;
  return {
    service: (service) =>
      aroundCalls(service, async ({ caller }, next) => {
        const execution = strikes.at(caller);
        if (execution === undefined) return next();
        const [takesEffect, halts] = [random() < 0.5, random() < 0.5];
        if (takesEffect) await next().catch(() => undefined);
        if (halts) execution.stall();
        return new Promise(() => {});
      }),
  };
}
