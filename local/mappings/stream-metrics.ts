import type { Clock } from "../clock.ts";
import type { MetricId, MetricSink } from "../cloudwatch/types.ts";
import { functionNameOf } from "../lambda/function-name.ts";
import { awsMilliseconds, lambdaMetric } from "../lambda/metrics.ts";
import { EventCounter } from "./event-counter.ts";
import type { StreamMappingConfiguration } from "./stream-configuration.ts";

/**
 * How records went since the start, as the metrics of the same names count them
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics).
 */
export interface StreamEventCounts {
  polled: number;
  filteredOut: number;
  /** A record that is tried twice counts twice, as in {@link failedInvoke}. */
  invoked: number;
  failedInvoke: number;
  /** Given up; with an on-failure destination it is told of them. */
  dropped: number;
  /** Messages to the on-failure destination. */
  onFailureDestinationDelivered: number;
}

const COUNTED = [
  "polled",
  "filteredOut",
  "invoked",
  "failedInvoke",
  "dropped",
  "onFailureDestinationDelivered",
] as const;

/** Counts a stream mapping's records, and measures their age. */
export class StreamMetrics extends EventCounter<keyof StreamEventCounts> {
  readonly #iteratorAge: MetricId;
  readonly #sink: MetricSink | undefined;
  readonly #clock: Clock;

  /** @param metrics Undefined: nobody hears of it. */
  constructor(
    { uuid, functionArn, emitsEventCounts }: StreamMappingConfiguration,
    { metrics, clock }: { metrics?: MetricSink; clock: Clock },
  ) {
    super(COUNTED, uuid, { sink: emitsEventCounts ? metrics : undefined, clock });
    this.#iteratorAge = lambdaMetric("IteratorAge", { FunctionName: functionNameOf(functionArn) });
    this.#sink = metrics;
    this.#clock = clock;
  }

  /**
   * "The time between when a stream receives the record and when the event source mapping sends the event to the
   * function", of a batch's last record (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
   *
   * @param createdAt Epoch milliseconds.
   */
  measureAge(createdAt: number): void {
    const now = this.#clock.now();
    this.#sink?.record(this.#iteratorAge, awsMilliseconds(this.#clock, now - createdAt), now);
  }
}
