import type { Clock } from "../clock.ts";
import type { MetricId, MetricSink } from "../cloudwatch/types.ts";
import { lambdaMetric } from "../lambda/metrics.ts";

const METRICS = {
  polled: "PolledEventCount",
  filteredOut: "FilteredOutEventCount",
  invoked: "InvokedEventCount",
  failedInvoke: "FailedInvokeEventCount",
  deleted: "DeletedEventCount",
  dropped: "DroppedEventCount",
  onFailureDestinationDelivered: "OnFailureDestinationDeliveredEventCount",
} as const;

type Kind = keyof typeof METRICS;

/**
 * Counts a mapping's events since its start, and, where its configuration asks for `EventCount`, sends them as metrics
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics). A poll that
 * finds nothing is a `PolledEventCount` of 0 on AWS; here nothing is polled in vain, so that there is none.
 */
export class EventCounter<K extends Kind> {
  readonly counts: Record<K, number>;
  readonly #metrics: ReadonlyMap<K, MetricId>;
  readonly #sink: MetricSink | undefined;
  readonly #clock: Clock;

  /** @param sink Undefined: nobody wants the metrics. */
  constructor(kinds: readonly K[], uuid: string, { sink, clock }: { sink: MetricSink | undefined; clock: Clock }) {
    const dimensions = { EventSourceMappingUUID: uuid };
    this.counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<K, number>;
    this.#metrics = new Map(kinds.map((kind) => [kind, lambdaMetric(METRICS[kind], dimensions)]));
    this.#sink = sink;
    this.#clock = clock;
  }

  add(kind: K, events: number): void {
    if (events === 0) return;
    this.counts[kind] += events;
    const metric = this.#metrics.get(kind);
    if (metric !== undefined) this.#sink?.record(metric, events, this.#clock.now());
  }
}
