/** A metric as CloudWatch tells it from others. */
export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** Takes what a service or a function measures. */
export interface MetricSink {
  /**
   * Adds a sample.
   *
   * @param timestamp epoch milliseconds.
   */
  record(metric: MetricId, value: number, timestamp: number): void;
}

/** A level that a service reports once a minute, such as the length of a queue. */
export interface GaugeSource {
  /** What the levels are now. */
  read(): Iterable<{ metric: MetricId; value: number }>;
}
