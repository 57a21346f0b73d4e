import type { StackGraph } from "../graph/types.ts";
import { deliveryCalls } from "./wiring/delivery.ts";
import { functionCalls } from "./wiring/functions.ts";
import { glueCalls } from "./wiring/glue.ts";
import { logCalls } from "./wiring/logs.ts";
import { mappingCalls } from "./wiring/mappings.ts";
import { messageCalls } from "./wiring/messages.ts";
import { scheduleCalls } from "./wiring/schedules.ts";
import { stateMachineCalls } from "./wiring/state-machines.ts";
import type { WiredCall } from "./wiring/wired-call.ts";

/**
 * All calls that the stack's resources will have AWS's services make: whoever polls a queue, takes a role, delivers,
 * notifies. Who makes them, on what and with which source is plain from the graph; so they are judged when the stack is
 * realised, some of them earlier than AWS would, and are not asked for again while it runs.
 */
export function wiredCalls(graph: StackGraph): WiredCall[] {
  return [
    ...functionCalls(graph),
    ...mappingCalls(graph),
    ...deliveryCalls(graph),
    ...messageCalls(graph),
    ...scheduleCalls(graph),
    ...stateMachineCalls(graph),
    ...glueCalls(graph),
    ...logCalls(graph),
  ];
}
