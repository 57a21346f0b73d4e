import type { MetricQuery } from "../../../local/cloudwatch/metric-query.ts";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { QuerySet } from "../../../local/cloudwatch/query-set.ts";
import { MetricStore } from "../../../local/cloudwatch/store.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

/** Of one minute each, oldest first; `undefined` and `_` are minutes without a sample. */
export type Points = readonly (number | undefined)[];

export const _ = undefined;

export function metricOf(name: string): MetricId {
  return { namespace: "Test", name, dimensions: {} };
}

/** A query for the sums of {@link metricOf} of the same name, a minute each. */
export function metricQuery(id: string, more: Partial<MetricQuery> = {}): MetricQuery {
  const base = { id, label: undefined, returnData: false, metric: metricOf(id), statistic: "Sum", periodSeconds: 60 };
  return { ...base, ...more } as MetricQuery;
}

export function mathQuery(id: string, expression: string, periodSeconds?: number): MetricQuery {
  return { id, label: undefined, returnData: true, expression, periodSeconds };
}

/** A store whose metrics have these points from minute 0 on. */
export function storeOf(metrics: Readonly<Record<string, Points>>): MetricStore {
  const minutes = new Minutes(virtualClock());
  const store = new MetricStore(minutes);
  for (const [name, points] of Object.entries(metrics)) {
    const metric = metricOf(name);
    for (const [minute, value] of points.entries()) {
      if (value !== undefined) store.record(metric, value, minutes.startOf(minute));
    }
  }
  return store;
}

/**
 * What an expression gives from metrics with these points, one series for each that it gives.
 *
 * @throws QueryError
 */
export function answers(expression: string, metrics: Readonly<Record<string, Points>>): { [label: string]: Points } {
  const ids = Object.keys(metrics);
  const set = new QuerySet([...ids.map((id) => metricQuery(id)), mathQuery("result", expression, 60)]);
  const length = Math.max(...Object.values(metrics).map((points) => points.length), 3);
  const grid = { start: 0, periodMinutes: 1, length };
  const source = { metrics: storeOf(metrics), tagsOf: () => ({}) };
  const { series } = set.evaluation(grid, source).answer("result");
  return Object.fromEntries(series.map(({ label, values }) => [label, values]));
}

/** The one series that an expression gives. */
export function answer(expression: string, metrics: Readonly<Record<string, Points>>): Points | undefined {
  return answers(expression, metrics).result;
}
