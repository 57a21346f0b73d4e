import { refuseAll } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import type { AlarmConfiguration } from "./alarm-configuration.ts";
import { alarmsOf } from "./alarms-from-graph.ts";
import { type DashboardConfiguration, dashboardsOf } from "./dashboards-from-graph.ts";
import type { TagsOf } from "./insights.ts";

export interface CloudWatchConfiguration {
  alarms: readonly AlarmConfiguration[];
  dashboards: readonly DashboardConfiguration[];
  tagsOf: TagsOf;
}

/** What the metrics of a namespace are metrics of: the resource that the dimension names. */
const TAGGED: Readonly<Record<string, { type: string; dimension: string }>> = {
  "AWS/SQS": { type: "aws:sqs/queue:Queue", dimension: "QueueName" },
  "AWS/Lambda": { type: "aws:lambda/function:Function", dimension: "FunctionName" },
  "AWS/Firehose": {
    type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    dimension: "DeliveryStreamName",
  },
};

/** @throws ResourceError with all problems of the stack's alarms and dashboards. */
export function cloudWatchConfiguration(graph: StackGraph): CloudWatchConfiguration {
  const problems: string[] = [];
  const alarms = alarmsOf(graph, problems);
  const dashboards = dashboardsOf(graph, problems);
  refuseAll(problems);
  return { alarms, dashboards, tagsOf: resourceTags(graph) };
}

/** A metric that no resource of the stack has, has no tags; nor have those that functions write themselves. */
function resourceTags(graph: StackGraph): TagsOf {
  const tags = new Map<string, Map<string, Readonly<Record<string, string>>>>();
  for (const [namespace, { type }] of Object.entries(TAGGED)) {
    const resources = ofType(graph, type).map(
      ({ state, inputs }) => [String(state.name), (inputs.tags ?? {}) as Record<string, string>] as const,
    );
    tags.set(namespace, new Map(resources));
  }
  return ({ namespace, dimensions }) => {
    const name = dimensions[TAGGED[namespace]?.dimension ?? ""];
    return (name === undefined ? undefined : tags.get(namespace)?.get(name)) ?? {};
  };
}
