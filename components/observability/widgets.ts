import type { Metric } from "../metrics.ts";

/** Columns of a dashboard: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export const COLUMNS = 24;

export interface Widget {
  type: "text" | "metric" | "alarm";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Readonly<Record<string, unknown>>;
}

/** A line of a graph, or what a line is worked out from. */
export type GraphLine =
  | { metric: Metric; label: string; axis?: "right" }
  /** A metric that is not shown itself, and has an id by which an expression finds it. */
  | { metric: Metric; label: string; id: string }
  /** Metric math, or a Metrics Insights query; without a label it has those of what it gives. */
  | { expression: string; label?: string };

export interface Graph {
  title: string;
  lines: readonly GraphLine[];
  periodSeconds?: number;
  /** What the left axis counts. */
  unit: string;
  /** What the right axis counts. */
  rightUnit?: string;
  /** Where the left axis crosses what an alarm tells of. */
  threshold?: { label: string; value: number };
  /** Areas upon each other instead of lines. */
  isStacked?: boolean;
}

/** Rows of widgets of one height, each as wide as the others in its row. */
export function inRows(
  rows: readonly { height: number; widgets: readonly Pick<Widget, "type" | "properties">[] }[],
): Widget[] {
  let y = 0;
  return rows.flatMap(({ height, widgets }) => {
    const width = COLUMNS / widgets.length;
    const row = widgets.map((widget, column) => ({ ...widget, x: column * width, y, width, height }));
    y += height;
    return row;
  });
}

export function textWidget(markdown: string): Pick<Widget, "type" | "properties"> {
  return { type: "text", properties: { markdown } };
}

export function alarmWidget(title: string, alarms: readonly string[]): Pick<Widget, "type" | "properties"> {
  return { type: "alarm", properties: { title, alarms } };
}

export function graphWidget(
  region: string,
  { title, lines, periodSeconds = 60, unit, rightUnit, threshold, isStacked = false }: Graph,
): Pick<Widget, "type" | "properties"> {
  return {
    type: "metric",
    properties: {
      title,
      region,
      view: "timeSeries",
      stacked: isStacked,
      period: periodSeconds,
      metrics: lines.map(entryOf),
      yAxis: {
        left: { min: 0, label: unit, showUnits: false },
        ...(rightUnit === undefined ? {} : { right: { min: 0, label: rightUnit, showUnits: false } }),
      },
      ...(threshold === undefined ? {} : { annotations: { horizontal: [threshold] } }),
    },
  };
}

function entryOf(line: GraphLine): unknown[] {
  if ("expression" in line) return [{ ...line }];
  const { namespace, name, dimensions, statistic: stat } = line.metric;
  const options = "id" in line ? { id: line.id, visible: false } : { yAxis: line.axis ?? "left" };
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat, label: line.label, ...options }];
}
