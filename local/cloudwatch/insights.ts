import { type InsightsQuery, type Label, MAX_SERIES } from "./insights-parser.ts";
import { aggregateOf, merged, statisticOf } from "./statistics.ts";
import type { MetricFinder, StoredMetric } from "./store.ts";
import { type Grid, present, type TimeSeries } from "./time-series.ts";
import type { MetricId } from "./types.ts";

/** "A single query can process no more than 10,000 metrics": https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html */
export const MAX_METRICS = 10_000;

/** The tags of the resource that a metric is of. */
export type TagsOf = (metric: MetricId) => Readonly<Record<string, string>>;

export interface MetricSource {
  metrics: MetricFinder;
  tagsOf: TagsOf;
}

export interface InsightsAnswer {
  /** In the query's order; a series without a data point in the whole grid is not among them. */
  series: readonly TimeSeries[];
  /** More metrics or series were found than CloudWatch deals with. */
  partial: boolean;
}

/** What a label is where a metric has none: "a null group named `Other` is returned". */
const NO_LABEL = "Other";

/** Works a query out. Without GROUP BY the answer is one series, if there is any data at all. */
export function runInsights(query: InsightsQuery, { metrics, tagsOf }: MetricSource, grid: Grid): InsightsAnswer {
  const found = metrics.named(query.namespace, query.metricName).filter(({ id }) => isMeant(query, id, tagsOf));
  const groups = new Map<string, { labels: string[]; metrics: StoredMetric[] }>();
  for (const metric of found.slice(0, MAX_METRICS)) {
    const labels = query.groupBy.map((label) => labelOf(label, metric.id, tagsOf) ?? NO_LABEL);
    const key = JSON.stringify(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, metrics: [metric] });
    else group.metrics.push(metric);
  }
  const series = [...groups.values()]
    .map(({ labels, metrics }) => seriesOf(query, labels, metrics, grid))
    .filter(({ values }) => values.some((value) => value !== undefined));
  return {
    series: inOrder(series, query.orderBy).slice(0, query.limit),
    partial: found.length > MAX_METRICS || (series.length > MAX_SERIES && query.limit === MAX_SERIES),
  };
}

function isMeant({ schema, conditions }: InsightsQuery, metric: MetricId, tagsOf: TagsOf): boolean {
  if (schema !== undefined) {
    const dimensions = Object.keys(metric.dimensions);
    if (dimensions.length !== schema.length || !schema.every((key) => dimensions.includes(key))) return false;
  }
  // A metric without the label meets neither = nor !=, as in SQL [?].
  return conditions.every(({ label, equal, value }) => {
    const found = labelOf(label, metric, tagsOf);
    return found !== undefined && (found === value) === equal;
  });
}

function labelOf({ kind, key }: Label, metric: MetricId, tagsOf: TagsOf): string | undefined {
  const values = kind === "tag" ? tagsOf(metric) : metric.dimensions;
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function seriesOf(
  { statistic, groupBy }: InsightsQuery,
  labels: readonly string[],
  metrics: readonly StoredMetric[],
  { start, periodMinutes, length }: Grid,
): TimeSeries {
  const values = Array.from({ length }, (_, index) => {
    const all = merged(metrics.map((metric) => metric.between(start + index * periodMinutes, periodMinutes)));
    return all === undefined ? undefined : statisticOf(all, statistic);
  });
  const groups = Object.fromEntries(groupBy.map(({ kind, key }, index) => [nameOf(kind, key), labels[index] ?? ""]));
  return { label: labels.join(" "), values, groups };
}

function nameOf(kind: Label["kind"], key: string): string {
  return kind === "tag" ? `tag.${key}` : key;
}

/** By default in the alphabetical order of the labels, which also settles draws [?]. */
function inOrder(series: readonly TimeSeries[], orderBy: InsightsQuery["orderBy"]): TimeSeries[] {
  const ranked = series
    .map((one) => ({ one, rank: orderBy === undefined ? 0 : rankOf(one, orderBy) }))
    .sort((a, b) => a.rank - b.rank || (a.one.label < b.one.label ? -1 : 1));
  return ranked.map(({ one }) => one);
}

/** "The aggregate operation is performed across all the matched data points of each individual time series." */
function rankOf(series: TimeSeries, { statistic, descending }: NonNullable<InsightsQuery["orderBy"]>): number {
  const all = merged(present(series).map((value) => aggregateOf(value)));
  const value = all === undefined ? Number.NEGATIVE_INFINITY : statisticOf(all, statistic);
  return descending ? -value : value;
}
