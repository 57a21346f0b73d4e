import type { Clock } from "../clock.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter, validationError } from "./errors.ts";
import { FUTURE_MS, isMetricValue, PAST_MS } from "./metric-limits.ts";
import { readMetric } from "./metric-parameters.ts";
import type { Parameters } from "./parameters.ts";
import { type Aggregate, aggregateOf, merged } from "./statistics.ts";
import type { MetricStore } from "./store.ts";
import type { MetricId } from "./types.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, as every limit here. */
const MAX_METRICS = 1000;
const MAX_VALUES = 150;

interface Samples {
  metric: MetricId;
  samples: Aggregate;
  timestamp: number;
}

/**
 * Answers PutMetricData: all of it is taken, or nothing. Units and resolutions are passed over.
 *
 * @throws AwsError
 */
export function putMetricData(input: Parameters, store: MetricStore, clock: Clock): unknown {
  input.only(["Namespace", "MetricData"]);
  const namespace = input.text("Namespace");
  if (namespace.startsWith("AWS/")) {
    throw invalidParameterValue(`The value ${namespace} for parameter Namespace is invalid: AWS/ is reserved.`);
  }
  const data = input.structures("MetricData");
  if (data.length === 0) throw missingParameter("MetricData");
  if (data.length > MAX_METRICS) throw validationError(`MetricData must be at most ${MAX_METRICS}, are ${data.length}`);
  for (const { metric, samples, timestamp } of data.map((datum) => readDatum(datum, namespace, clock))) {
    store.merge(metric, samples, timestamp);
  }
  return {};
}

function readDatum(datum: Parameters, namespace: string, clock: Clock): Samples {
  datum.only([
    ...["MetricName", "Dimensions", "Timestamp", "Value", "Values", "Counts", "StatisticValues"],
    ...["Unit", "StorageResolution"],
  ]);
  const metric = readMetric(datum, namespace);
  const now = clock.now();
  const timestamp = datum.optionalTimestamp("Timestamp") ?? now;
  if (timestamp < now - clock.span(PAST_MS) || timestamp > now + clock.span(FUTURE_MS)) {
    throw invalidParameterValue(`The Timestamp of ${metric.name} is more than two weeks ago or two hours ahead.`);
  }
  return { metric, samples: readSamples(datum, metric.name), timestamp };
}

function readSamples(datum: Parameters, name: string): Aggregate {
  const given = ["Value", "Values", "StatisticValues"].filter((member) => !datum.lacks(member));
  if (given.length !== 1) {
    throw invalidParameterCombination(
      `${name} must have one of Value, Values and StatisticValues, not ${given.length}`,
    );
  }
  if (given[0] === "StatisticValues") return readStatisticValues(datum.structure("StatisticValues"), name);
  const value = datum.optionalNumber("Value");
  const values = value === undefined ? datum.numbers("Values") : [value];
  const counts = datum.lacks("Counts") ? values.map(() => 1) : datum.numbers("Counts");
  if (values.length > MAX_VALUES) throw invalidParameterValue(`${name} has more than ${MAX_VALUES} values`);
  if (values.length !== counts.length) {
    throw invalidParameterCombination(`${name} has ${values.length} values and ${counts.length} counts`);
  }
  if (![...values, ...counts].every(isMetricValue) || counts.some((count) => count <= 0)) {
    throw invalidParameterValue(`${name}: values must be from -2^360 to 2^360, and counts above 0`);
  }
  const samples = merged(values.map((one, index) => aggregateOf(one, counts[index])));
  if (samples === undefined) throw missingParameter("Values");
  return samples;
}

function readStatisticValues(values: Parameters, name: string): Aggregate {
  const number = (member: string): number => {
    const value = values.optionalNumber(member);
    if (value === undefined) throw missingParameter(`StatisticValues.${member}`);
    if (!isMetricValue(value)) throw invalidParameterValue(`${name}: ${member} must be from -2^360 to 2^360`);
    return value;
  };
  values.only(["SampleCount", "Sum", "Minimum", "Maximum"]);
  const [count, sum, min, max] = [number("SampleCount"), number("Sum"), number("Minimum"), number("Maximum")];
  if (count > 0 && min <= max) return { count, sum, min, max };
  throw invalidParameterValue(`${name}: SampleCount must be above 0, and Minimum not above Maximum`);
}
