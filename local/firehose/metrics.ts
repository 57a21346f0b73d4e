/**
 * CloudWatch metrics of a delivery stream, by AWS's names
 * (https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html,
 * https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-metric.html).
 */
export type MetricName =
  | "IncomingRecords"
  | "IncomingBytes"
  | "IncomingPutRequests"
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

/** Counters of one delivery stream. */
export class Metrics {
  readonly #statistics = new Map<MetricName, Statistic>();

  /** Adds one sample. */
  add(name: MetricName, value: number): void {
    const { sum, samples } = this.read(name);
    this.#statistics.set(name, { sum: sum + value, samples: samples + 1 });
  }

  read(name: MetricName): Statistic {
    return this.#statistics.get(name) ?? { sum: 0, samples: 0 };
  }
}
