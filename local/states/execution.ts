import type { Clock } from "../clock.ts";
import type { States } from "./definition/definition.ts";
import { History } from "./history.ts";
import { Abandoned, ERRORS } from "./state-error.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** What an execution runs. */
export interface ExecutionPlan {
  /** Of a child of a distributed Map: with the Map's label. */
  machineArn: string;
  machineName: string;
  roleArn: string;
  states: States;
  /** Undefined: no limit. */
  timeoutSeconds: number | undefined;
  /** Of a child of a distributed Map. */
  mapRunArn: string | undefined;
}

interface End {
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

/** One execution of a state machine, or one child of a distributed Map. */
export class Execution {
  readonly plan: ExecutionPlan;
  readonly arn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly history: History;
  /** Resolves to the execution itself, when it has ended. */
  readonly settled: Promise<Execution>;
  readonly #clock: Clock;
  readonly #settle: (execution: Execution) => void;
  readonly #ended = new AbortController();
  #status: ExecutionStatus = "RUNNING";
  #stoppedAt: number | undefined;
  #end: End = {};

  constructor(plan: ExecutionPlan, { arn, name, input }: { arn: string; name: string; input: string }, clock: Clock) {
    this.plan = plan;
    this.arn = arn;
    this.name = name;
    this.input = input;
    this.startedAt = clock.now();
    this.#clock = clock;
    this.history = new History(clock);
    const { promise, resolve } = Promise.withResolvers<Execution>();
    this.settled = promise;
    this.#settle = resolve;
    this.history.append("ExecutionStarted", { input, roleArn: plan.roleArn });
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  /** Epoch milliseconds; undefined while it runs. */
  get stoppedAt(): number | undefined {
    return this.#stoppedAt;
  }

  /** JSON text; undefined unless it succeeded. */
  get output(): string | undefined {
    return this.#end.output;
  }

  get error(): string | undefined {
    return this.#end.error;
  }

  get cause(): string | undefined {
    return this.#end.cause;
  }

  /** Aborts when the execution has ended, however it did. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** @param output JSON text. */
  succeed(output: string): void {
    this.#stop("SUCCEEDED", "ExecutionSucceeded", { output });
  }

  fail(error: string, cause: string): void {
    this.#stop("FAILED", "ExecutionFailed", { error, cause });
  }

  abort(error?: string, cause?: string): void {
    this.#stop("ABORTED", "ExecutionAborted", { error, cause });
  }

  timeOut(): void {
    this.#stop("TIMED_OUT", "ExecutionTimedOut", { error: ERRORS.timeout });
  }

  /** How an execution ended first is how it ended. */
  #stop(status: ExecutionStatus, event: string, end: End): void {
    if (this.#status !== "RUNNING") return;
    this.#status = status;
    this.#stoppedAt = this.#clock.now();
    this.#end = end;
    this.history.close(event, Object.fromEntries(Object.entries(end).filter(([, value]) => value !== undefined)));
    this.#ended.abort(new Abandoned(`the execution ${this.arn} has ended`));
    this.#settle(this);
  }
}
