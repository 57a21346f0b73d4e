import type { MetricId, MetricSink } from "../../../local/cloudwatch/types.ts";

interface Sample {
  metric: MetricId;
  value: number;
  timestamp: number;
}

/** Keeps every sample that it gets. */
export class RecordedMetrics implements MetricSink {
  readonly samples: Sample[] = [];

  record(metric: MetricId, value: number, timestamp: number): void {
    this.samples.push({ metric, value, timestamp });
  }

  /** Those of one metric, oldest first. */
  of(name: string): Sample[] {
    return this.samples.filter(({ metric }) => metric.name === name);
  }

  values(name: string): number[] {
    return this.of(name).map(({ value }) => value);
  }

  sum(name: string): number {
    return this.values(name).reduce((sum, value) => sum + value, 0);
  }
}
