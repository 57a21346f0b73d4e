import { isMetricValue, MAX_DIMENSIONS, metricProblem } from "./metric-limits.ts";
import type { MetricId } from "./types.ts";

/** What a line of the embedded metric format says. */
export interface EmfLine {
  /** Epoch milliseconds. */
  timestamp: number;
  samples: { metric: MetricId; values: readonly number[] }[];
}

/** A line that means to be of the embedded metric format, and is not. */
export class EmfError extends Error {
  override readonly name = "EmfError";
}

const MAX_METRICS = 100;
const MAX_VALUES = 100;

/** The largest event that CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_BYTES = 1024 * 1024;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a function's line, by the specification in
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
 * Units and resolutions are passed over.
 *
 * @returns undefined for a line that is no such document, as most are not.
 * @throws EmfError for one that breaks the specification; then nothing of it counts [?].
 */
export function readEmf(line: string): EmfLine | undefined {
  if (!line.includes('"_aws"')) return undefined;
  const root = parsed(line);
  if (root === undefined || !Object.hasOwn(root, "_aws")) return undefined;
  if (Buffer.byteLength(line) > MAX_BYTES) throw new EmfError(`the line exceeds ${MAX_BYTES} bytes`);
  const { Timestamp: timestamp, CloudWatchMetrics } = object(root._aws, "_aws");
  if (!Number.isInteger(timestamp)) throw new EmfError("_aws.Timestamp is no whole number of milliseconds");
  const directives = list(CloudWatchMetrics, "_aws.CloudWatchMetrics");
  return {
    timestamp: timestamp as number,
    samples: directives.flatMap((one, index) => directive(one, `_aws.CloudWatchMetrics[${index}]`, root)),
  };
}

/** A text that only looks like JSON, such as a log line that quotes some, is no document. */
function parsed(line: string): Json | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    throw new EmfError("the line is not JSON");
  }
}

function directive(value: unknown, path: string, root: Json): EmfLine["samples"] {
  const { Namespace: namespace, Dimensions, Metrics } = object(value, path);
  const dimensionSets = list(Dimensions, `${path}.Dimensions`).map((set, index) =>
    dimensionsOf(set, `${path}.Dimensions[${index}]`, root),
  );
  if (dimensionSets.length === 0) throw new EmfError(`${path}.Dimensions lacks a set, which may be empty`);
  const metrics = list(Metrics, `${path}.Metrics`);
  if (metrics.length > MAX_METRICS) throw new EmfError(`${path}.Metrics has more than ${MAX_METRICS} metrics`);
  return metrics.flatMap((definition, index) => {
    const at = `${path}.Metrics[${index}]`;
    const { Name: name } = object(definition, at);
    const values = valuesOf(target(root, name, `${at}.Name`), String(name));
    return dimensionSets.map((dimensions) => {
      const metric = { namespace, name, dimensions } as MetricId;
      const problem = metricProblem(metric);
      if (problem !== undefined) throw new EmfError(`${at}: ${problem}`);
      return { metric, values };
    });
  });
}

function dimensionsOf(set: unknown, path: string, root: Json): MetricId["dimensions"] {
  const keys = list(set, path);
  if (keys.length > MAX_DIMENSIONS) throw new EmfError(`${path} has more than ${MAX_DIMENSIONS} dimensions`);
  return Object.fromEntries(keys.map((key) => [key, target(root, key, path) as string]));
}

function target(root: Json, name: unknown, path: string): unknown {
  if (typeof name === "string" && Object.hasOwn(root, name)) return root[name];
  throw new EmfError(`${path}: the line has no ${JSON.stringify(name)}`);
}

function valuesOf(value: unknown, name: string): readonly number[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length <= MAX_VALUES && values.every(isMetricValue)) return values;
  throw new EmfError(`${name} is neither a number nor up to ${MAX_VALUES} of them`);
}

function object(value: unknown, path: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new EmfError(`${path} is no object`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new EmfError(`${path} is no list`);
}
