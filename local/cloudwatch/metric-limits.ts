import type { MetricId } from "./types.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const MAX_DIMENSIONS = 30;

/** "Values must be in the range of -2^360 to 2^360": https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_VALUE = 2 ** 360;

/** "time stamps that range from two weeks before the current time to 2 hours after": https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const PAST_MS = 14 * 24 * 3600 * 1000;
export const FUTURE_MS = 2 * 3600 * 1000;

/** Printable ASCII, as names and values of dimensions are: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const ASCII = /^[\x20-\x7e]+$/;

/** What CloudWatch would refuse of a metric's identity: the first rule that is broken. */
export function metricProblem({ namespace, name, dimensions }: MetricId): string | undefined {
  if (!isText(namespace, 255)) return "a namespace has 1 to 255 characters of ASCII";
  if (!isText(name, 255)) return "a metric's name has 1 to 255 characters of ASCII";
  const entries = Object.entries(dimensions);
  if (entries.length > MAX_DIMENSIONS) return `a metric has at most ${MAX_DIMENSIONS} dimensions`;
  for (const [key, value] of entries) {
    if (!isText(key, 255) || key.startsWith(":")) {
      return "a dimension's name has 1 to 255 characters of ASCII and begins with no colon";
    }
    if (!isText(value, 1024)) return `the dimension ${key} has no value of 1 to 1024 characters of ASCII`;
  }
  return undefined;
}

export function isMetricValue(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= MAX_VALUE;
}

function isText(text: unknown, length: number): boolean {
  return typeof text === "string" && text.length <= length && ASCII.test(text) && text.trim() !== "";
}
