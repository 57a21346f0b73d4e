import { Evaluation, metricIds, type QueryAnswer } from "./evaluation.ts";
import type { MetricSource } from "./insights.ts";
import type { InsightsQuery } from "./insights-parser.ts";
import { type MetricQuery, type ReadQuery, readQuery, referencesOf } from "./metric-query.ts";
import { concerning, QueryError } from "./query-error.ts";
import type { Grid } from "./time-series.ts";

const ID = /^[a-z][a-zA-Z0-9_]*$/;

const NOTHING: MetricSource = { metrics: { find: () => undefined, named: () => [] }, tagsOf: () => ({}) };

/** Queries that refer to each other by their ids. */
export class QuerySet {
  /** By id, in the order given. */
  readonly #queries = new Map<string, ReadQuery>();
  /** All periods that play a part in a query, by its id. */
  readonly #periods = new Map<string, ReadonlySet<number>>();

  /**
   * @throws QueryError for ids that are wrong, given twice or unknown; for an expression that the local cloud cannot work
   *   out, or whose metrics have several periods, of which AWS does not say what it makes [?].
   */
  constructor(queries: readonly MetricQuery[]) {
    for (const query of queries) {
      const { id } = query;
      if (!ID.test(id)) throw new QueryError(`an id must match ${ID.source}, is ${JSON.stringify(id)}`);
      if (this.#queries.has(id)) throw new QueryError(`the id ${id} is given twice`);
      const read = concerning(id, () => readQuery(query));
      this.#queries.set(id, read);
    }
    for (const id of this.#queries.keys()) concerning(id, () => this.#check(id));
  }

  /** The period of a query: its own, or that of the metrics that it is worked out from. */
  periodSeconds(id: string): number {
    const [period, other] = this.#periodsOf(id, []);
    if (period === undefined) throw new QueryError("there is no metric in it, so that it needs a period of its own");
    if (other !== undefined) throw new QueryError(`periods of ${period} s and ${other} s do not go together`);
    return period;
  }

  /** Those in Metrics Insights' language, by id. */
  insights(): Map<string, InsightsQuery> {
    return new Map([...this.#queries].flatMap(([id, read]) => (read.kind === "insights" ? [[id, read.insights]] : [])));
  }

  /** @param grid Of the period of the queries that are to be answered. */
  evaluation(grid: Grid, source: MetricSource): Evaluation {
    return new Evaluation(this.#queries, grid, source);
  }

  /** Whether a query's result is an array of time series. */
  isArray(id: string): boolean {
    return this.#tried(id).isArray;
  }

  #check(id: string): void {
    // Which finds whether it refers to itself, and would never be worked out.
    this.#periodsOf(id, []);
    this.#tried(id);
    this.periodSeconds(id);
  }

  /** An answer from nothing, for any period: what is refused is refused whatever the metrics say. */
  #tried(id: string): QueryAnswer {
    return this.evaluation({ start: 0, periodMinutes: 1, length: 1 }, NOTHING).answer(id);
  }

  /** @param above The queries for which this one is looked at. */
  #periodsOf(id: string, above: readonly string[]): ReadonlySet<number> {
    const known = this.#periods.get(id);
    const query = this.#queries.get(id);
    if (known !== undefined || query === undefined) return known ?? new Set();
    if (above.includes(id)) throw new QueryError(`it is worked out from itself: ${[...above, id].join(", ")}`);
    const periods = new Set(query.periodSeconds === undefined ? [] : [query.periodSeconds]);
    for (const used of this.#usedBy(query)) {
      for (const period of this.#periodsOf(used, [...above, id])) periods.add(period);
    }
    this.#periods.set(id, periods);
    return periods;
  }

  #usedBy(query: ReadQuery): readonly string[] {
    if (query.kind !== "math") return [];
    const { names, usesMetrics } = referencesOf(query.expression);
    return usesMetrics ? names.concat(metricIds(this.#queries)) : names;
  }
}
