import { type MetricSource, runInsights } from "./insights.ts";
import { evaluateMath } from "./math.ts";
import { isArray, type Value } from "./math-operators.ts";
import type { ReadQuery } from "./metric-query.ts";
import { concerning, QueryError } from "./query-error.ts";
import { statisticOf } from "./statistics.ts";
import { emptySeries, type Grid, type TimeSeries } from "./time-series.ts";

export interface QueryAnswer {
  series: readonly TimeSeries[];
  /** Whether the result is an array of time series, even of one. */
  isArray: boolean;
  /** Metrics Insights had to leave something out. */
  partial: boolean;
}

/** Works queries out for one grid: each of them once, however many refer to it. */
export class Evaluation {
  #partial = false;
  readonly #queries: ReadonlyMap<string, ReadQuery>;
  readonly #grid: Grid;
  readonly #source: MetricSource;
  readonly #values = new Map<string, Value>();

  constructor(queries: ReadonlyMap<string, ReadQuery>, grid: Grid, source: MetricSource) {
    this.#queries = queries;
    this.#grid = grid;
    this.#source = source;
  }

  /** @throws QueryError where the result is no time series. */
  answer(id: string): QueryAnswer {
    const value = this.#valueOf(id);
    if (value === undefined || typeof value === "number") throw new QueryError("the result is no time series");
    const partial = this.#partial;
    const { label } = this.#queries.get(id) ?? {};
    if (!isArray(value)) return { series: [{ ...value, label: label ?? value.label }], isArray: false, partial };
    // "the legend captions for those time series are in the format Expression-Label Metric-Label"
    const series = value.map((one) => ({ ...one, label: [label, one.label].filter(Boolean).join(" ") }));
    return { series, isArray: true, partial };
  }

  #valueOf(id: string): Value | undefined {
    const query = this.#queries.get(id);
    if (query === undefined) return undefined;
    const value = this.#values.get(id) ?? this.#work(id, query);
    this.#values.set(id, value);
    return value;
  }

  #work(id: string, query: ReadQuery): Value {
    const grid = this.#grid;
    switch (query.kind) {
      case "metric":
        return this.#read(query);
      case "insights": {
        const { series, partial } = runInsights(query.insights, this.#source, grid);
        this.#partial ||= partial;
        if (query.insights.groupBy.length > 0) return series;
        return { ...(series[0] ?? emptySeries(grid, id)), label: id };
      }
      case "math": {
        const value = evaluateMath(query.expression, {
          grid,
          metrics: () => metricIds(this.#queries).map((name) => [name, this.#valueOf(name) as TimeSeries]),
          isMetric: (name) => this.#queries.get(name)?.kind === "metric",
          valueOf: (name) => concerning(name, () => this.#valueOf(name)),
        });
        return typeof value === "number" || isArray(value) ? value : { ...value, label: id };
      }
    }
  }

  #read({ metric, statistic, label }: ReadQuery & { kind: "metric" }): TimeSeries {
    const { start, periodMinutes, length } = this.#grid;
    const stored = this.#source.metrics.find(metric);
    const values = Array.from({ length }, (_, index) => {
      const samples = stored?.between(start + index * periodMinutes, periodMinutes);
      return samples === undefined ? undefined : statisticOf(samples, statistic);
    });
    return { label: label ?? metric.name, values, groups: {} };
  }
}

/** METRICS() gives no expressions; whether it gives Metrics Insights queries is not known [?], here not. */
export function metricIds(queries: ReadonlyMap<string, ReadQuery>): string[] {
  return [...queries].flatMap(([id, { kind }]) => (kind === "metric" ? [id] : []));
}
