import type { Minutes } from "./minutes.ts";
import { type Aggregate, aggregateOf, merge, merged } from "./statistics.ts";
import type { MetricId, MetricSink } from "./types.ts";

/**
 * "Data points with a period of 60 seconds (1 minute) are available for 15 days"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention).
 */
export const RETAINED_MINUTES = 15 * 24 * 60;

/** One metric, and what was measured of it. */
export interface StoredMetric {
  readonly id: MetricId;
  /** Of the samples of `length` minutes from the minute `first`; undefined where there is none. */
  between(first: number, length: number): Aggregate | undefined;
  /** Of all samples that are kept. */
  whole(): Aggregate | undefined;
}

/** Where metrics are found. */
export interface MetricFinder {
  find(metric: MetricId): StoredMetric | undefined;
  /** The metrics of one name, whatever their dimensions, in the order of their first samples. */
  named(namespace: string, name: string): readonly StoredMetric[];
}

/**
 * All metrics at standard resolution: what a minute brought is kept as one statistic set, so that memory grows with
 * minutes and not with samples.
 */
export class MetricStore implements MetricSink, MetricFinder {
  readonly #minutes: Minutes;
  /** By what tells metrics from each other. */
  readonly #metrics = new Map<string, MinuteBuckets>();
  /** The same metrics, by namespace and name. */
  readonly #named = new Map<string, MinuteBuckets[]>();
  /** A service names a metric by the same object each time, and then no name need be read. */
  readonly #known = new WeakMap<MetricId, MinuteBuckets>();

  constructor(minutes: Minutes) {
    this.#minutes = minutes;
  }

  /** @throws RangeError for what is no number that CloudWatch takes. */
  record(metric: MetricId, value: number, timestamp: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`${metric.namespace} ${metric.name}: ${value} is no sample`);
    this.#bucketsOf(metric).record(value, this.#minutes.at(timestamp));
  }

  /** Adds samples of which only the statistic set is known. */
  merge(metric: MetricId, samples: Readonly<Aggregate>, timestamp: number): void {
    this.#bucketsOf(metric).merge(samples, this.#minutes.at(timestamp));
  }

  find(metric: MetricId): StoredMetric | undefined {
    const known = this.#known.get(metric) ?? this.#metrics.get(keyOf(metric));
    if (known !== undefined) this.#known.set(metric, known);
    return known;
  }

  named(namespace: string, name: string): readonly StoredMetric[] {
    return this.#named.get(nameKeyOf(namespace, name)) ?? [];
  }

  all(): Iterable<StoredMetric> {
    return this.#metrics.values();
  }

  #bucketsOf(metric: MetricId): MinuteBuckets {
    let buckets = this.#known.get(metric);
    if (buckets !== undefined) return buckets;
    const key = keyOf(metric);
    buckets = this.#metrics.get(key);
    if (buckets === undefined) {
      buckets = new MinuteBuckets(metric);
      this.#metrics.set(key, buckets);
      const nameKey = nameKeyOf(metric.namespace, metric.name);
      const others = this.#named.get(nameKey);
      if (others === undefined) this.#named.set(nameKey, [buckets]);
      else others.push(buckets);
    }
    this.#known.set(metric, buckets);
    return buckets;
  }
}

/** Dimensions have no order (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension). */
function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

function nameKeyOf(namespace: string, name: string): string {
  return JSON.stringify([namespace, name]);
}

class MinuteBuckets implements StoredMetric {
  readonly id: MetricId;
  readonly #byMinute = new Map<number, Aggregate>();
  /** Most samples fall into the minute of the one before. */
  #minute = Number.NaN;
  #bucket: Aggregate = aggregateOf(0, 0);

  constructor(id: MetricId) {
    this.id = id;
  }

  record(value: number, minute: number): void {
    if (minute !== this.#minute && !this.#open(minute)) {
      this.#add(minute, aggregateOf(value));
      return;
    }
    const bucket = this.#bucket;
    bucket.sum += value;
    bucket.count += 1;
    if (value < bucket.min) bucket.min = value;
    if (value > bucket.max) bucket.max = value;
  }

  merge(samples: Readonly<Aggregate>, minute: number): void {
    if (this.#open(minute)) merge(this.#bucket, samples);
    else this.#add(minute, { ...samples });
  }

  between(first: number, length: number): Aggregate | undefined {
    return merged(Array.from({ length }, (_, index) => this.#byMinute.get(first + index)));
  }

  whole(): Aggregate | undefined {
    return merged([...this.#byMinute.values()]);
  }

  #open(minute: number): boolean {
    const bucket = this.#byMinute.get(minute);
    if (bucket === undefined) return false;
    this.#minute = minute;
    this.#bucket = bucket;
    return true;
  }

  #add(minute: number, bucket: Aggregate): void {
    this.#byMinute.set(minute, bucket);
    this.#minute = minute;
    this.#bucket = bucket;
    if (this.#byMinute.size > RETAINED_MINUTES) this.#forgetBefore(minute - RETAINED_MINUTES);
  }

  #forgetBefore(limit: number): void {
    for (const minute of this.#byMinute.keys()) {
      if (minute <= limit) this.#byMinute.delete(minute);
    }
  }
}
