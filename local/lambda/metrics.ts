import type { Clock } from "../clock.ts";
import type { MetricId, MetricSink } from "../cloudwatch/types.ts";
import type { FunctionConfiguration } from "./configuration.ts";

/** A metric as Lambda names it: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function lambdaMetric(name: string, dimensions: MetricId["dimensions"]): MetricId {
  return { namespace: "AWS/Lambda", name, dimensions };
}

/**
 * AWS's milliseconds for milliseconds that passed on this machine. A function's work takes what it takes at any speed,
 * but its timeout and every age are divided by the speed: to be compared with those, a measurement is multiplied by it.
 */
export function awsMilliseconds(clock: Clock, ms: number): number {
  return (ms * 1000) / clock.span(1000);
}

/**
 * What Lambda measures of one function, sent when an invocation has ended. `Invocations`, `Errors` and `Throttles` are
 * "binary indicators of the outcome": an invocation that is none of them is a 0 [?]. `Errors` carries the time at which
 * the function was invoked, says AWS; so do the others here [?], that a rate compares what belongs together.
 */
export class FunctionMetrics {
  readonly #sink: MetricSink;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #invocations: MetricId;
  readonly #errors: MetricId;
  readonly #throttles: MetricId;
  readonly #duration: MetricId;
  readonly #concurrentExecutions: MetricId;

  constructor(
    { name, timeoutSeconds }: Pick<FunctionConfiguration, "name" | "timeoutSeconds">,
    { sink, clock }: { sink: MetricSink; clock: Clock },
  ) {
    const dimensions = { FunctionName: name };
    this.#sink = sink;
    this.#clock = clock;
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#invocations = lambdaMetric("Invocations", dimensions);
    this.#errors = lambdaMetric("Errors", dimensions);
    this.#throttles = lambdaMetric("Throttles", dimensions);
    this.#duration = lambdaMetric("Duration", dimensions);
    this.#concurrentExecutions = lambdaMetric("ConcurrentExecutions", dimensions);
  }

  throttled(): void {
    this.#sink.record(this.#throttles, 1, this.#clock.now());
  }

  /** @param executions Under way, this one included. */
  started(executions: number): void {
    this.#sink.record(this.#concurrentExecutions, executions, this.#clock.now());
  }

  /** @param startedAt Epoch milliseconds. */
  ended(startedAt: number, failed: boolean): void {
    this.#sink.record(this.#invocations, 1, startedAt);
    this.#sink.record(this.#errors, failed ? 1 : 0, startedAt);
    this.#sink.record(this.#throttles, 0, startedAt);
  }

  /** @param ms For which the function's code ran on this machine; the timer that ends it may be a little late. */
  ran(ms: number): void {
    this.#sink.record(this.#duration, Math.min(awsMilliseconds(this.#clock, ms), this.#timeoutMs), this.#clock.now());
  }
}
