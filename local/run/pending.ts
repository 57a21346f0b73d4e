import type { Cloud } from "../cloud.ts";
import type { StackOutputs } from "./outputs.ts";

/** Messages that are on their way somewhere. */
export function pending(cloud: Cloud): number {
  let sum = 0;
  for (const { configuration } of cloud.mappings) {
    sum += held(cloud, configuration.queueArn);
  }
  for (const { behind } of cloud.streamMappings) {
    sum += behind;
  }
  for (const stream of cloud.firehose.streams.values()) {
    sum += stream.account().buffered;
  }
  return sum + cloud.states.running;
}

function held(cloud: Cloud, queueArn: string): number {
  const {
    visible = 0,
    inFlight = 0,
    delayed = 0,
  } = cloud.sqs.queues.get(queueArn.split(":").at(-1) ?? "")?.counts() ?? {};
  return visible + inFlight + delayed;
}

/** Messages that have come to an end, as far as counters tell: rows, undeliverable records, emptied from the DLQ. */
export function settled({ cloud, outputs }: { cloud: Cloud; outputs: StackOutputs }): number {
  let sum = 0;
  for (const { configuration, counts } of cloud.mappings) {
    if (configuration.queueArn.endsWith(`:${outputs.deadLetterQueueName}`)) sum += counts.deleted;
  }
  for (const stream of cloud.firehose.streams.values()) {
    const { rows, failed } = stream.account();
    sum += rows + failed;
  }
  return sum;
}
