import { randomUUID } from "node:crypto";
import { exited } from "../lambda/function-errors.ts";
import type { Fault, FaultParts } from "./fault.ts";

/** An invocation of Firehose's transform ends in a function error. The rate is the share of invocations. */
export function transformFailure({ trigger }: FaultParts): Fault {
  return {
    transformInvoker: (invoker) => ({
      invoke: async (functionArn, payload) =>
        trigger.strikes() ? exited(randomUUID(), 1, null) : invoker.invoke(functionArn, payload),
    }),
  };
}
