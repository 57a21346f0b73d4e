/**
 * The statistics that are kept. AWS also has percentiles and trimmed means, for which a minute's samples would have to be
 * kept one by one (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html).
 */
export const STATISTICS = ["Sum", "Average", "Minimum", "Maximum", "SampleCount"] as const;

export type Statistic = (typeof STATISTICS)[number];

/** What is kept of samples: as a statistic set of PutMetricData's. */
export interface Aggregate {
  sum: number;
  count: number;
  min: number;
  max: number;
}

export function aggregateOf(value: number, count = 1): Aggregate {
  return { sum: value * count, count, min: value, max: value };
}

/** Adds `from` to `into`. */
export function merge(into: Aggregate, from: Readonly<Aggregate>): void {
  into.sum += from.sum;
  into.count += from.count;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
}

/** All of them in one; undefined where there is none. */
export function merged(parts: Iterable<Readonly<Aggregate> | undefined>): Aggregate | undefined {
  let all: Aggregate | undefined;
  for (const part of parts) {
    if (part === undefined) continue;
    if (all === undefined) all = { ...part };
    else merge(all, part);
  }
  return all;
}

export function statisticOf(aggregate: Readonly<Aggregate>, statistic: Statistic): number {
  switch (statistic) {
    case "Sum":
      return aggregate.sum;
    case "Average":
      return aggregate.sum / aggregate.count;
    case "Minimum":
      return aggregate.min;
    case "Maximum":
      return aggregate.max;
    case "SampleCount":
      return aggregate.count;
  }
}
