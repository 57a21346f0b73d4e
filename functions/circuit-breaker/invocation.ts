import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "../common/clock.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import type { LambdaCalls } from "./control-plane.ts";
import type { GetMetricData } from "./metric-queries.ts";
import type { Store } from "./store.ts";
import type { Rules } from "./transitions.ts";

export const SERVICE = "circuit-breaker";

/** Calls of AWS, each made once. */
export interface Clients extends LambdaCalls {
  /** Those of the alarms that exist. */
  describeAlarms(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Pick<MetricAlarm, "AlarmName" | "StateValue" | "StateReason" | "StateTransitionedTimestamp">[]>;
  getMetricData: GetMetricData;
  /** Publishes a notice on the alert topic. */
  publish(subject: string, text: string, signal: AbortSignal): Promise<unknown>;
  /** How many messages of a topic wait visibly. */
  backlog(topic: string, signal: AbortSignal): Promise<number>;
}

/** Makes a call that must end before the invocation does. */
export type Within = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** One invocation, and what it works with. */
export interface Invocation {
  /** Name of the sqs-processor. */
  processorFunction: string;
  /** Names of the alarms that may open the circuit. */
  alarms: readonly string[];
  topicQueuePrefix: string;
  rules: Rules;
  clients: Clients;
  store: Store;
  clock: Clock;
  log: Log;
  metrics(line: MetricLine): void;
  within: Within;
  /** The circuit breaker's own name. */
  functionName: string;
  /** Tells this invocation from all others. */
  id: string;
  /** Epoch milliseconds from which nothing new is begun, by which every call must have ended, and the end of all. */
  stopAt: number;
  deadline: number;
  end: number;
}
