import assert from "node:assert/strict";
import { type GraphResource, ofType, type StackGraph } from "../../local/graph/types.ts";

/** A metric that an alarm or a dashboard names. */
export interface MetricUse {
  /** The alarm, or the dashboard's widget. */
  usedBy: string;
  namespace: string;
  name: string;
  /** By dimension; a query names the dimension alone, and means every value of it. */
  dimensions: Readonly<Record<string, string | undefined>>;
}

/**
 * Every metric that a stack's alarms and dashboards name, in metric math and Metrics Insights queries too.
 *
 * @throws AssertionError where one of them has a form that is not known here.
 */
export function metricsUsed(graph: StackGraph): MetricUse[] {
  return [
    ...ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(usedByAlarm),
    ...ofType(graph, "aws:cloudwatch/dashboard:Dashboard").flatMap(usedByDashboard),
  ];
}

interface AlarmInputs {
  name: string;
  namespace?: string;
  metricName?: string;
  dimensions?: Record<string, string>;
  metricQueries?: {
    expression?: string;
    metric?: { namespace: string; metricName: string; dimensions?: Record<string, string> };
  }[];
}

function usedByAlarm({ inputs }: Pick<GraphResource, "inputs">): MetricUse[] {
  const { name: usedBy, namespace, metricName, dimensions = {}, metricQueries = [] } = inputs as unknown as AlarmInputs;
  const ofQueries = metricQueries.flatMap(({ expression, metric }): MetricUse[] => {
    if (metric === undefined) return usedByExpression(usedBy, expression);
    return [{ usedBy, namespace: metric.namespace, name: metric.metricName, dimensions: metric.dimensions ?? {} }];
  });
  if (namespace === undefined || metricName === undefined) return ofQueries;
  return [{ usedBy, namespace, name: metricName, dimensions }, ...ofQueries];
}

/** A metric's entry in a dashboard: namespace, name, dimensions and values, options. */
type Entry = readonly unknown[];

interface Body {
  widgets: { properties: { title?: string; metrics?: Entry[] } }[];
}

function usedByDashboard({ inputs }: Pick<GraphResource, "inputs">): MetricUse[] {
  const { widgets } = JSON.parse(String(inputs.dashboardBody)) as Body;
  return widgets.flatMap(({ properties: { title, metrics = [] } }) =>
    metrics.flatMap((entry) => usedByEntry(`${inputs.dashboardName}: ${title}`, entry)),
  );
}

function usedByEntry(usedBy: string, entry: Entry): MetricUse[] {
  const options = entry.at(-1) as { expression?: string };
  if (entry.length === 1) return usedByExpression(usedBy, options.expression);
  const words = entry.slice(0, -1) as string[];
  const [namespace = "", name = "", ...rest] = words;
  assert(rest.length % 2 === 0 && !words.includes("."), `${usedBy}: ${JSON.stringify(entry)}`);
  const dimensions: Record<string, string | undefined> = {};
  for (let index = 0; index < rest.length; index += 2) dimensions[String(rest[index])] = rest[index + 1];
  return [{ usedBy, namespace, name, dimensions }];
}

/** Metric math names its metrics by the ids of others, and a query names them itself. */
function usedByExpression(usedBy: string, expression = ""): MetricUse[] {
  if (!/^SELECT\b/.test(expression)) {
    assert(!/\bSEARCH\(/.test(expression), `${usedBy}: ${expression}`);
    return [];
  }
  const [, name = "", namespace = "", names = ""] =
    /^SELECT \w+\((\w+)\) FROM SCHEMA\("([\w/]+)", ([\w, ]+)\)/.exec(expression) ?? [];
  assert(name !== "", `${usedBy}: ${expression}`);
  return [
    { usedBy, namespace, name, dimensions: Object.fromEntries(names.split(", ").map((one) => [one, undefined])) },
  ];
}
