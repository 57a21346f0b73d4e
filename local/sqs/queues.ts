import type { Clock } from "../clock.ts";
import { refuseAll } from "../graph/inputs.ts";
import type { QueueConfiguration } from "./configuration.ts";
import { Queue } from "./queue.ts";
import { redriveProblems } from "./redrive.ts";

/**
 * The queues of a stack by name, each with its dead-letter queue.
 *
 * @throws ResourceError when the redrive policies do not fit together.
 */
export function openQueues(configurations: readonly QueueConfiguration[], clock: Clock): ReadonlyMap<string, Queue> {
  refuseAll(redriveProblems(configurations).map(({ queue, property, rule }) => `${queue.name}.${property}: ${rule}`));
  const queues = configurations.map((configuration) => new Queue(configuration, clock));
  const byArn = new Map(queues.map((queue) => [queue.arn, queue]));
  for (const queue of queues) {
    const target = byArn.get(queue.configuration.redrivePolicy?.deadLetterTargetArn ?? "");
    if (target !== undefined) {
      queue.redriveTo(target);
    }
  }
  return new Map(queues.map((queue) => [queue.name, queue]));
}
