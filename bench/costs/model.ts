import type { StackGraph } from "../../local/graph/types.ts";
import type { Usage } from "./bill.ts";
import { idlePolling, ingestion } from "./ingestion.ts";
import { lake } from "./lake.ts";
import type { MappingSettings } from "./stack.ts";
import { standingCosts } from "./standing.ts";
import type { Load, Measured } from "./traffic.ts";

/**
 * All that a stack uses in a month, by the graph that its settings make.
 *
 * @param mapping In place of the graph's own batch size and window, to compare.
 */
export function usagesOf(graph: StackGraph, load: Load, mapping: MappingSettings, measured: Measured): Usage[] {
  return [
    ...standingCosts(graph, measured),
    ...idlePolling(graph, load),
    ...ingestion(graph, load, mapping, measured),
    ...lake(graph, load, measured),
  ];
}
