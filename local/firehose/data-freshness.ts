import type { Clock } from "../clock.ts";
import type { GaugeSource, MetricId } from "../cloudwatch/types.ts";
import { awsMilliseconds } from "../lambda/metrics.ts";
import { firehoseMetric } from "./metrics.ts";
import type { DeliveryStream } from "./stream.ts";

/**
 * The age of each stream's oldest record, in seconds
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-metric.html). A stream that holds none says nothing,
 * and records that wait to be written to the error output are no longer on their way to a table [?].
 */
export class DataFreshness implements GaugeSource {
  readonly #streams: ReadonlyMap<string, DeliveryStream>;
  readonly #clock: Clock;

  /** @param streams By name. */
  constructor(streams: ReadonlyMap<string, DeliveryStream>, clock: Clock) {
    this.#streams = streams;
    this.#clock = clock;
  }

  *read(): IterableIterator<{ metric: MetricId; value: number }> {
    const now = this.#clock.now();
    for (const [name, stream] of this.#streams) {
      const oldest = stream.oldestArrival();
      if (oldest === undefined) continue;
      const value = Math.floor(awsMilliseconds(this.#clock, now - oldest) / 1_000);
      yield { metric: firehoseMetric(name, "DeliveryToIceberg.DataFreshness"), value };
    }
  }
}
