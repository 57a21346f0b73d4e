import type { Clock } from "../clock.ts";
import type { MetricId, MetricSink } from "../cloudwatch/types.ts";

/**
 * CloudWatch metrics of a delivery stream, by AWS's names
 * (https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html,
 * https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-metric.html).
 */
export type MetricName =
  | "IncomingRecords"
  | "IncomingBytes"
  | "IncomingPutRequests"
  | "ThrottledRecords"
  /** Milliseconds, as they would pass on AWS. */
  | "ExecuteProcessing.Duration"
  | "ExecuteProcessing.Success"
  | "SucceedProcessing.Records"
  | "SucceedProcessing.Bytes"
  | "DeliveryToIceberg.IncomingRowCount"
  | "DeliveryToIceberg.SuccessfulRowCount"
  | "DeliveryToIceberg.FailedRowCount"
  | "DeliveryToIceberg.Bytes"
  | "DeliveryToIceberg.Success";

/** What was added up since the start: Sum and SampleCount in CloudWatch's terms. */
export interface Statistic {
  sum: number;
  samples: number;
}

export function firehoseMetric(stream: string, name: string): MetricId {
  return { namespace: "AWS/Firehose", name, dimensions: { DeliveryStreamName: stream } };
}

/** Counters of one delivery stream. */
export class Metrics {
  readonly #statistics = new Map<MetricName, Statistic>();
  readonly #stream: string;
  readonly #sink: MetricSink | undefined;
  readonly #clock: Clock;

  /** @param sink Gets each sample too; undefined: nobody does. */
  constructor(stream: string, { sink, clock }: { sink: MetricSink | undefined; clock: Clock }) {
    this.#stream = stream;
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Adds one sample. */
  add(name: MetricName, value: number): void {
    const { sum, samples } = this.read(name);
    this.#statistics.set(name, { sum: sum + value, samples: samples + 1 });
    this.#sink?.record(firehoseMetric(this.#stream, name), value, this.#clock.now());
  }

  read(name: MetricName): Statistic {
    return this.#statistics.get(name) ?? { sum: 0, samples: 0 };
  }
}
