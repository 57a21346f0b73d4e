import type { Clock } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import { awsMilliseconds } from "../lambda/metrics.ts";
import type { Execution, ExecutionStatus } from "./execution.ts";

const ENDS: Readonly<Record<Exclude<ExecutionStatus, "RUNNING">, string>> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

/**
 * What Step Functions measures of executions, by their machine's ARN
 * (https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html). Children of a distributed Map have
 * an ARN of their own, with the Map's label [?].
 */
export class ExecutionMetrics {
  readonly #sink: MetricSink;
  readonly #clock: Clock;

  constructor(sink: MetricSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  started(execution: Execution): void {
    this.#record(execution, "ExecutionsStarted", 1);
  }

  ended(execution: Execution): void {
    const { status, startedAt, stoppedAt } = execution;
    if (status === "RUNNING" || stoppedAt === undefined) return;
    this.#record(execution, ENDS[status], 1);
    this.#record(execution, "ExecutionTime", awsMilliseconds(this.#clock, stoppedAt - startedAt));
  }

  #record({ plan }: Execution, name: string, value: number): void {
    const dimensions = { StateMachineArn: plan.machineArn };
    this.#sink.record({ namespace: "AWS/States", name, dimensions }, value, this.#clock.now());
  }
}
