import type { Caller } from "../api/service.ts";
import type { Execution, FaultParts } from "./fault.ts";

interface Calls {
  requestId: string;
  count: number;
  struck: boolean;
}

/**
 * Chooses invocations of the sqs-processor, and the call of each at which the fault strikes: the first with the rate
 * that was asked for, the nth with that rate through n². So a rate of 1 strikes every invocation, and one of many calls
 * may be struck in the midst of them, but not much more often than one of a single call (30 % against 20 %): else it
 * would never come to its end.
 */
export class InvocationStrikes {
  readonly #parts: FaultParts;
  readonly #calls = new WeakMap<Execution, Calls>();

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** To be asked once a call. @returns the process to strike, undefined where the call goes on unharmed. */
  at(caller: Caller | undefined): Execution | undefined {
    const { trigger, targets, executions } = this.#parts;
    const execution = caller?.sessionToken === undefined ? undefined : executions.execution(caller.sessionToken);
    if (execution?.requestId === undefined || execution.functionName !== targets.sqsProcessor) return undefined;
    const calls = this.#callsOf(execution, execution.requestId);
    calls.count += 1;
    if (calls.struck || !trigger.strikes(1 / calls.count ** 2)) return undefined;
    calls.struck = true;
    return execution;
  }

  #callsOf(execution: Execution, requestId: string): Calls {
    const known = this.#calls.get(execution);
    if (known?.requestId === requestId) return known;
    const calls = { requestId, count: 0, struck: false };
    this.#calls.set(execution, calls);
    return calls;
  }
}
