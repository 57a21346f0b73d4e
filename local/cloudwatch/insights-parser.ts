import { type InsightsToken, insightsTokens } from "./insights-tokens.ts";
import { QueryError } from "./query-error.ts";
import type { Statistic } from "./statistics.ts";

/** A Metrics Insights query. */
export interface InsightsQuery {
  statistic: Statistic;
  metricName: string;
  namespace: string;
  /** The exact dimensions of the metrics that are meant; undefined: metrics with any. */
  schema: readonly string[] | undefined;
  /** All of which a metric must meet. */
  conditions: readonly Condition[];
  groupBy: readonly Label[];
  /** By which statistic of a series' data points its place is found; undefined: by its labels. */
  orderBy: { statistic: Statistic; descending: boolean } | undefined;
  limit: number;
}

/** What tells metrics from each other: a dimension, or a tag of the resource that it is a metric of. */
export interface Label {
  kind: "dimension" | "tag";
  key: string;
}

export interface Condition {
  label: Label;
  equal: boolean;
  value: string;
}

/** "The maximum value that you can specify is 500", and no query returns more time series. */
export const MAX_SERIES = 500;

const FUNCTIONS: ReadonlyMap<string, Statistic> = new Map([
  ["AVG", "Average"],
  ["COUNT", "SampleCount"],
  ["MAX", "Maximum"],
  ["MIN", "Minimum"],
  ["SUM", "Sum"],
]);

/**
 * Words that a name must not be without quotation marks. AWS reserves some 900 more, which the language has no use for
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-reserved-keywords.html).
 */
const RESERVED = new Set(
  ["SELECT", "FROM", "SCHEMA", "WHERE", "AND", "OR", "NOT", "GROUP", "BY", "ORDER", "ASC", "DESC", "LIMIT"].concat([
    ...FUNCTIONS.keys(),
  ]),
);

export function isInsightsQuery(expression: string): boolean {
  return /^\s*SELECT\s/i.test(expression);
}

/**
 * Reads a query in the language of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html, with
 * tags of resources as `tag.key`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/resource-tags-for-telemetry.html).
 *
 * @throws QueryError with what was found, and where.
 */
export function parseInsights(query: string): InsightsQuery {
  return new Parser(insightsTokens(query)).query();
}

class Parser {
  readonly #tokens: readonly InsightsToken[];
  #next = 0;

  constructor(tokens: readonly InsightsToken[]) {
    this.#tokens = tokens;
  }

  query(): InsightsQuery {
    this.#keyword("SELECT");
    const statistic = this.#function();
    this.#sign("(");
    const metricName = this.#name("a metric's name");
    this.#sign(")");
    this.#keyword("FROM");
    const source = this.#source();
    const conditions = this.#acceptKeyword("WHERE") ? this.#several(() => this.#condition(), "AND") : [];
    const groupBy = this.#acceptKeyword("GROUP", "BY") ? this.#several(() => this.#label(), ",") : [];
    const orderBy = this.#acceptKeyword("ORDER", "BY") ? this.#order() : undefined;
    const limit = this.#acceptKeyword("LIMIT") ? this.#limit() : MAX_SERIES;
    const { kind, text, at } = this.#take();
    if (kind !== "end") throw new QueryError(`${text} does not belong there`, at);
    return { statistic, metricName, ...source, conditions, groupBy, orderBy, limit };
  }

  #source(): Pick<InsightsQuery, "namespace" | "schema"> {
    if (!this.#acceptKeyword("SCHEMA")) return { namespace: this.#name("a namespace"), schema: undefined };
    this.#sign("(");
    const namespace = this.#name("a namespace");
    const schema: string[] = [];
    while (this.#acceptSign(",")) schema.push(this.#name("a dimension"));
    this.#sign(")");
    return { namespace, schema };
  }

  #condition(): Condition {
    const label = this.#label();
    const { text: operator, at } = this.#take();
    if (operator !== "=" && operator !== "!=") throw new QueryError(`= or != must follow, not ${operator}`, at);
    const { kind, text, at: valueAt } = this.#take();
    if (kind !== "value") throw new QueryError(`a value in single quotation marks must follow, not ${text}`, valueAt);
    return { label, equal: operator === "=", value: text };
  }

  #label(): Label {
    const { kind, text } = this.#peek();
    const key = this.#name("a label");
    if (!this.#acceptSign(".")) return { kind: "dimension", key };
    if (kind !== "word" || text.toLowerCase() !== "tag") {
      throw new QueryError(`the local cloud has dimensions and tag.key, not ${key}.`, this.#peek().at);
    }
    return { kind: "tag", key: this.#name("a tag's key") };
  }

  #order(): InsightsQuery["orderBy"] {
    const statistic = this.#function();
    this.#sign("(");
    this.#sign(")");
    const descending = this.#acceptKeyword("DESC");
    if (!descending) this.#acceptKeyword("ASC");
    return { statistic, descending };
  }

  #limit(): number {
    const { text, at } = this.#take();
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_SERIES) return limit;
    throw new QueryError(`LIMIT takes a whole number from 1 to ${MAX_SERIES}, not ${text}`, at);
  }

  #function(): Statistic {
    const { kind, text, at } = this.#take();
    const statistic = kind === "word" ? FUNCTIONS.get(text.toUpperCase()) : undefined;
    if (statistic !== undefined) return statistic;
    throw new QueryError(`one of ${[...FUNCTIONS.keys()].join(", ")} must follow, not ${text}`, at);
  }

  #name(what: string): string {
    const { kind, text, at } = this.#take();
    if (kind === "quoted" || (kind === "word" && !RESERVED.has(text.toUpperCase()))) return text;
    const hint = kind === "word" ? "; as a name it needs double quotation marks" : "";
    throw new QueryError(`${what} must follow, not ${text}${hint}`, at);
  }

  #several<T>(read: () => T, separator: "AND" | ","): T[] {
    const found = [read()];
    while (separator === "," ? this.#acceptSign(",") : this.#acceptKeyword("AND")) found.push(read());
    return found;
  }

  #keyword(keyword: string): void {
    const { text, at } = this.#peek();
    if (!this.#acceptKeyword(keyword)) throw new QueryError(`${keyword} must follow, not ${text}`, at);
  }

  /** Takes the words if they are what follows. */
  #acceptKeyword(...keywords: string[]): boolean {
    const follow = keywords.every((keyword, index) => {
      const token = this.#tokens[this.#next + index];
      return token?.kind === "word" && token.text.toUpperCase() === keyword;
    });
    if (follow) this.#next += keywords.length;
    return follow;
  }

  #sign(sign: string): void {
    const { text, at } = this.#peek();
    if (!this.#acceptSign(sign)) throw new QueryError(`${sign} must follow, not ${text}`, at);
  }

  #acceptSign(sign: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== "sign" || text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #take(): InsightsToken {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #peek(): InsightsToken {
    // The last one is the end, which is never passed.
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as InsightsToken;
  }
}
