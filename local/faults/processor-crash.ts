import { AwsError } from "../api/errors.ts";
import { aroundCalls, type Execution, type Fault, type FaultParts } from "./fault.ts";
import { InvocationStrikes } from "./invocation-strikes.ts";

/**
 * The sqs-processor's process dies at one of its calls: one half before the call took effect, one half after. The rate
 * is the share of invocations, see {@link InvocationStrikes}.
 */
export function processorCrash(parts: FaultParts): Fault {
  const strikes = new InvocationStrikes(parts);
  return {
    service: (service) =>
      aroundCalls(service, async ({ caller }, next) => {
        const execution = strikes.at(caller);
        if (execution === undefined) return next();
        const takesEffect = parts.trigger.random() < 0.5;
        if (takesEffect) await next().catch(() => undefined);
        return crash(execution);
      }),
  };
}

/** @throws AwsError always; whoever made the call is not there any more to read it. */
export async function crash(execution: Execution): Promise<never> {
  await execution.kill();
  throw new AwsError("InternalFailure", `${execution.functionName}: the process that made this call was killed`, {
    status: 500,
  });
}
