import { loadSettings } from "../settings/load.ts";
import { workgroupsOf } from "./athena/from-graph.ts";
import { cloudWatchConfiguration } from "./cloudwatch/from-graph.ts";
import { tablesOf } from "./dynamodb/from-graph.ts";
import { deliveryStreamsOf } from "./firehose/from-graph.ts";
import type { StackGraph } from "./graph/types.ts";
import { functionsOf } from "./lambda/from-graph.ts";
import { mappingsOf } from "./mappings/from-graph.ts";
import { streamMappingsOf } from "./mappings/stream-from-graph.ts";
import { notificationsOf } from "./objects/notifications-from-graph.ts";
import { schedulesOf } from "./scheduler/from-graph.ts";
import { topicConfigurations } from "./sns/from-graph.ts";
import { queueConfigurations } from "./sqs/from-graph.ts";
import { stateMachinesOf } from "./states/from-graph.ts";
import { catalogOf } from "./tables/from-graph.ts";

/** What each service is to realise. */
export type Plan = ReturnType<typeof planOf>;

/**
 * Reads all of the graph before anything is started, so that a resource that AWS would refuse costs nothing.
 *
 * @throws ResourceError for what AWS, or the local cloud, would refuse.
 */
export function planOf(graph: StackGraph) {
  const { account } = loadSettings(graph);
  const functions = functionsOf(graph, account.concurrency);
  const stateMachines = stateMachinesOf(graph);
  return {
    graph,
    account,
    functions,
    queues: queueConfigurations(graph),
    topics: topicConfigurations(graph, functions),
    mappings: mappingsOf(graph, functions),
    streamMappings: streamMappingsOf(graph, functions),
    streams: deliveryStreamsOf(graph),
    catalog: catalogOf(graph),
    dynamoTables: tablesOf(graph),
    notifications: notificationsOf(graph),
    stateMachines,
    schedules: schedulesOf(graph, functions, stateMachines),
    workgroups: workgroupsOf(graph),
    monitoring: cloudWatchConfiguration(graph),
  };
}
