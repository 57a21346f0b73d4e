import { laneCount, SIGNALS } from "../../functions/common/signals.ts";
import { BALANCE_SIGNALS } from "../../functions/water-balance/signals.ts";
import { ofType, type StackGraph } from "../../local/graph/types.ts";
import { HOURS_A_MONTH, SECONDS_A_MONTH, type Usage } from "./bill.ts";
import { invocations } from "./ingestion.ts";
import { functionInputs, scheduleSeconds, topicCount } from "./stack.ts";
import type { Measured } from "./traffic.ts";

/**
 * Metrics of a mapping with `EventCount`: polled, filtered, invoked, failed, deleted. Billed as custom metrics [?]
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics).
 */
const METRICS_A_MAPPING = 5;
/** Gauges and counts of the circuit breaker, the archive and the replay. */
const OTHER_OWN_METRICS = 12;
/** How often a service asks KMS for a data key again, where AWS says nothing of it [?]. */
const KEY_SECONDS = 300;

/** What a stack costs without a single message. */
export function standingCosts(graph: StackGraph, measured: Measured): Usage[] {
  return [...network(graph), ...keys(graph), ...watching(graph), ...schedules(graph, measured)];
}

function network(graph: StackGraph): Usage[] {
  const zones = ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
    .reduce((sum, { inputs }) => sum + (inputs.subnetIds as readonly string[]).length, 0);
  return [standing("VPC endpoints", "endpoints × zones", zones * HOURS_A_MONTH, "endpointHour")];
}

function keys(graph: StackGraph): Usage[] {
  const queues = ofType(graph, "aws:sqs/queue:Queue");
  // One producer and one consumer: (period ÷ reuse) × (2 × producers + consumers), of
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  const calls = queues.reduce((sum, { inputs }) => {
    const reuse = Number(inputs.kmsDataKeyReusePeriodSeconds ?? 300);
    return sum + (SECONDS_A_MONTH / reuse) * 3;
  }, 0);
  const streams = ofType(graph, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream").length;
  return [
    standing("KMS", "keys", ofType(graph, "aws:kms/key:Key").length, "kmsKey"),
    standing("KMS", "data keys of the queues", calls, "kmsRequest"),
    standing("KMS", "data keys of the stream", (streams * SECONDS_A_MONTH) / KEY_SECONDS, "kmsRequest"),
  ];
}

function watching(graph: StackGraph): Usage[] {
  const mappings = ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").filter(
    ({ inputs }) => inputs.metricsConfig !== undefined,
  ).length;
  return [
    standing("CloudWatch", "own metrics", ownMetrics(graph), "metric"),
    standing("CloudWatch", "metrics of the mappings [?]", mappings * METRICS_A_MAPPING, "metric"),
    standing("CloudWatch", "alarms", alarmMetrics(graph), "alarmMetric"),
    standing("CloudWatch", "dashboards", ofType(graph, "aws:cloudwatch/dashboard:Dashboard").length, "dashboard"),
  ];
}

/** A function's own counts, its lanes', and by topic what is told by topic. */
function ownMetrics(graph: StackGraph): number {
  const topics = topicCount(graph);
  const { variables = {} } = functionInputs(graph, "sqs-processor").environment as {
    variables?: Record<string, string>;
  };
  const byTopic = variables.TOPIC_METRICS === "on" ? 2 * topics : 0;
  const ofProcessor = Object.keys(SIGNALS).length - 2 + 2 * laneCount(topics);
  return ofProcessor + byTopic + Object.keys(BALANCE_SIGNALS).length + OTHER_OWN_METRICS;
}

/** An alarm is paid for by the metrics that it reads; one of a query by those that it finds, one a topic's queue. */
function alarmMetrics(graph: StackGraph): number {
  return ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").reduce((sum, { inputs }) => {
    const queries = (inputs.metricQueries ?? []) as readonly { metric?: object; expression?: string }[];
    if (queries.length === 0) return sum + 1;
    const metrics = queries.filter(({ metric }) => metric !== undefined).length;
    return sum + (metrics > 0 ? metrics : topicCount(graph));
  }, 0);
}

function schedules(graph: StackGraph, measured: Measured): Usage[] {
  const sweeps = SECONDS_A_MONTH / scheduleSeconds(graph, "error-sweep");
  const reconciles = SECONDS_A_MONTH / scheduleSeconds(graph, "circuit-breaker");
  return [
    standing("Scheduler", "breaker and sweep", reconciles + sweeps, "schedule"),
    standing("DynamoDB", "the breaker's state", reconciles, "dynamoRead"),
    ...invocations(graph, "circuit-breaker", reconciles, measured, true),
    ...invocations(graph, "error-sweep", sweeps, measured, true),
  ];
}

function standing(service: string, what: string, units: number, price: Usage["price"]): Usage {
  return { service, what, units, price, standing: true };
}
