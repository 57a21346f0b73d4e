import type { Gateway } from "../api/gateway.ts";
import type { MemoryUse } from "../chaos/memory.ts";
import type { Cloud } from "../cloud.ts";
import type { StackGraph } from "../graph/types.ts";
import type { ProducerProcess } from "../producer/process.ts";
import type { Display } from "./display.ts";
import type { FunctionLogs } from "./function-logs.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Ledger } from "./ledger.ts";
import type { RunOptions } from "./options.ts";
import type { StackOutputs } from "./outputs.ts";

/** A run under way. */
export interface Run {
  options: RunOptions;
  graph: StackGraph;
  outputs: StackOutputs;
  cloud: Cloud;
  ledger: Ledger;
  gateway: Gateway;
  display: Display;
  interrupt: Interrupt;
  logs: FunctionLogs;
  /** Resolves when it is of no use to wait any longer, since calls were refused; never where a person decides. */
  over: Promise<void>;
  /** Undefined where there is nothing to send. */
  producer: ProducerProcess | undefined;
  /** What chaos there was; undefined for a run without. */
  chaos?: Chaos;
}

/** What was done to a run's processes. */
export interface Chaos {
  /** Processes that were killed, by function. */
  killed: Readonly<Record<string, number>>;
  /** Processes that were started, over all functions. */
  started: number;
  /** Resident memory by process, MiB. */
  memory: Readonly<Record<string, MemoryUse>>;
}
