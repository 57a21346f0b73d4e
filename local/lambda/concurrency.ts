import { AwsError } from "../api/errors.ts";
import type { FunctionConfiguration } from "./configuration.ts";

/** What a poller asks before it takes messages that it could only hold. */
export interface ExecutionSlots {
  /**
   * How many more invocations of the function this machine could run at once. AWS's own limits are not in it: beyond
   * the reserved concurrency a poller is throttled, here as there.
   */
  freeSlots(functionArn: string): number;
  /** Calls `listener` once, when a slot is free again; first come, first served. */
  whenFree(functionArn: string, listener: () => void): void;
}

/**
 * Counts executions against AWS's limits (reserved concurrency, and the account's for all others together:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html) and against the machine's.
 */
export class Concurrency implements ExecutionSlots {
  readonly #functions = new Map<string, Counter>();
  readonly #slotsPerFunction: number;
  readonly #unreservedLimit: number;
  #unreserved = 0;

  /** @param slotsPerFunction Child processes a function may have on this machine. */
  constructor(
    functions: readonly Pick<FunctionConfiguration, "arn" | "name" | "reservedConcurrency">[],
    limits: { accountConcurrency: number; slotsPerFunction: number },
  ) {
    this.#slotsPerFunction = limits.slotsPerFunction;
    let reserved = 0;
    for (const { arn, name, reservedConcurrency } of functions) {
      this.#functions.set(arn, { name, reserved: reservedConcurrency, active: 0, waiters: [] });
      reserved += reservedConcurrency ?? 0;
    }
    this.#unreservedLimit = limits.accountConcurrency - reserved;
  }

  /**
   * Counts one more execution, running or waiting for a child process.
   *
   * @returns how many of the function there are now.
   * @throws AwsError `TooManyRequestsException` above AWS's limit, `ResourceNotFoundException`.
   */
  acquire(functionArn: string): number {
    const counter = this.#counter(functionArn);
    if (counter.reserved === undefined) {
      if (this.#unreserved >= this.#unreservedLimit) {
        throw rateExceeded(
          "ConcurrentInvocationLimitExceeded",
          `the account has ${this.#unreservedLimit} unreserved executions`,
        );
      }
      this.#unreserved += 1;
    } else if (counter.active >= counter.reserved) {
      throw rateExceeded(
        "ReservedFunctionConcurrentInvocationLimitExceeded",
        `${counter.name} reserves ${counter.reserved} executions`,
      );
    }
    counter.active += 1;
    return counter.active;
  }

  release(functionArn: string): void {
    const counter = this.#counter(functionArn);
    counter.active -= 1;
    if (counter.reserved === undefined) {
      this.#unreserved -= 1;
    }
    while (counter.waiters.length > 0 && this.freeSlots(functionArn) > 0) {
      counter.waiters.shift()?.();
    }
  }

  freeSlots(functionArn: string): number {
    return Math.max(0, this.#slotsPerFunction - this.#counter(functionArn).active);
  }

  whenFree(functionArn: string, listener: () => void): void {
    this.#counter(functionArn).waiters.push(listener);
  }

  #counter(functionArn: string): Counter {
    const counter = this.#functions.get(functionArn);
    if (counter === undefined) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, { status: 404 });
    }
    return counter;
  }
}

interface Counter {
  name: string;
  reserved: number | undefined;
  active: number;
  waiters: (() => void)[];
}

/** AWS gives the reason in a field of its own beside the message. */
function rateExceeded(Reason: string, detail: string): AwsError {
  return new AwsError("TooManyRequestsException", `Rate Exceeded. (${Reason}: ${detail})`, {
    status: 429,
    members: { Reason },
  });
}
