import type { HttpService } from "../api/gateway.ts";
import type { Caller, JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import type { ConsumedQueue } from "../sqs/types.ts";
import type { TableStore } from "../tables/store.ts";
import type { Trigger } from "./trigger.ts";

/**
 * What goes wrong: puts itself in the way of the services that it concerns, and answers any other as it is. The
 * services themselves know nothing of it.
 */
export interface Fault {
  service?(service: JsonService): JsonService;
  httpService?(service: HttpService): HttpService;
  /** A queue as an event source mapping consumes it. */
  queue?(queue: ConsumedQueue): ConsumedQueue;
  /** How Firehose invokes its transform. */
  transformInvoker?(invoker: FunctionInvoker): FunctionInvoker;
  /** The tables as Firehose writes them. */
  tables?(tables: TableStore): TableStore;
}

/** A function's process, as a fault gets at it. */
export interface Execution {
  readonly functionName: string;
  /** Of the invocation under way; undefined between two. */
  readonly requestId: string | undefined;
  /** Ends the process as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops the process where it is; the function's time-out ends it. */
  stall(): void;
}

/** Finds the process that a call comes from. */
export interface Executions {
  /** Undefined where no process has this session. */
  execution(sessionToken: string): Execution | undefined;
}

/** Which of the stack's resources the faults concern, by physical name. */
export interface FaultTargets {
  sqsProcessor: string;
  archiveBucket: string;
  errorTracker: string;
}

export interface FaultParts {
  trigger: Trigger;
  targets: FaultTargets;
  executions: Executions;
  clock: Clock;
}

/** One call, on its way to a service. */
export interface ServiceCall {
  action: string;
  /** Untrusted JSON. */
  input: Record<string, unknown>;
  caller: Caller | undefined;
}

/** Lets the call go on to the service, with another input where one is given. */
export type Next = (input?: Record<string, unknown>) => Promise<unknown>;

/** A service whose calls `around` sees first: it answers them, or lets them go on. */
export function aroundCalls(
  service: JsonService,
  around: (call: ServiceCall, next: Next) => Promise<unknown>,
): JsonService {
  return {
    name: service.name,
    contentType: service.contentType,
    call: (action, input, caller) =>
      around({ action, input, caller }, (changed = input) => service.call(action, changed, caller)),
  };
}
