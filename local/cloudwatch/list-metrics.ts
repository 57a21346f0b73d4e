import type { Clock } from "../clock.ts";
import { metricShape } from "./metric-parameters.ts";
import type { Minutes } from "./minutes.ts";
import { pageOf } from "./pages.ts";
import type { Parameters } from "./parameters.ts";
import type { MetricStore, StoredMetric } from "./store.ts";
import type { MetricId } from "./types.ts";

/** "Up to 500 results are returned for any one call": https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PAGE = 500;

const RECENT_MINUTES = 3 * 60;

/** Answers ListMetrics: everything that was ever measured, filtered. */
export function listMetrics(input: Parameters, store: MetricStore, clock: Clock, minutes: Minutes): unknown {
  input.only(["Namespace", "MetricName", "Dimensions", "NextToken", "RecentlyActive"]);
  const namespace = input.optionalText("Namespace");
  const name = input.optionalText("MetricName");
  const dimensions = input.structures("Dimensions").map((filter) => {
    filter.only(["Name", "Value"]);
    return { key: filter.text("Name"), value: filter.optionalText("Value") };
  });
  const recently = input.choice("RecentlyActive", ["PT3H"]) !== undefined;
  const now = minutes.at(clock.now());
  const isMeant = (stored: StoredMetric): boolean => {
    const { id } = stored;
    return (
      (namespace === undefined || id.namespace === namespace) &&
      (name === undefined || id.name === name) &&
      dimensions.every(({ key, value }) => hasDimension(id, key, value)) &&
      (!recently || stored.between(now - RECENT_MINUTES + 1, RECENT_MINUTES) !== undefined)
    );
  };
  const found = [...store.all()].filter(isMeant).map(({ id }) => metricShape(id));
  const sorted = found.map((shape) => ({ shape, key: JSON.stringify(shape) }));
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  const { items, nextToken } = pageOf(sorted, ({ key }) => key, PAGE, input.optionalText("NextToken"));
  return {
    Metrics: items.map(({ shape }) => shape),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function hasDimension({ dimensions }: MetricId, key: string, value: string | undefined): boolean {
  return Object.hasOwn(dimensions, key) && (value === undefined || dimensions[key] === value);
}
