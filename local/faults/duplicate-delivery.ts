import type { ConsumedQueue, ReceivedMessage } from "../sqs/types.ts";
import { aroundCalls, type Fault, type FaultParts, type Next, type ServiceCall } from "./fault.ts";
import type { Trigger } from "./trigger.ts";

/**
 * A delete is acknowledged and the message comes back all the same, once its visibility timeout is over: a copy stayed
 * on a server that was away
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html).
 * Concerns the queues that mappings consume, whoever deletes. The rate is the share of messages; each comes back at most
 * once from each queue.
 */
export function duplicateDelivery({ trigger }: FaultParts): Fault {
  const queues = new Map<string, ForgetfulQueue>();
  return {
    queue(queue) {
      const forgetful = new ForgetfulQueue(queue, trigger);
      queues.set(nameOf(queue.arn, ":"), forgetful);
      return forgetful;
    },
    service(service) {
      if (service.name !== "sqs") return service;
      return aroundCalls(service, async (call, next) => {
        const queue = queues.get(nameOf(call.input.QueueUrl, "/"));
        if (queue === undefined) return next();
        switch (call.action) {
          case "DeleteMessage":
            return queue.keeps(call.input.ReceiptHandle) ? {} : next();
          case "DeleteMessageBatch":
            return deleteBatch(queue, call, next);
          default:
            return next();
        }
      });
    },
  };
}

/** A queue that keeps some of what it is told to delete. */
class ForgetfulQueue implements ConsumedQueue {
  readonly #queue: ConsumedQueue;
  readonly #trigger: Trigger;
  /** Message ids by the handles under which the messages can still be deleted. */
  readonly #received = new Map<unknown, string>();
  /** Handles whose delete did nothing, and the ids of their messages. */
  readonly #kept = new Set<unknown>();
  readonly #duplicated = new Set<string>();

  constructor(queue: ConsumedQueue, trigger: Trigger) {
    this.#queue = queue;
    this.#trigger = trigger;
  }

  get arn(): string {
    return this.#queue.arn;
  }

  get visibilityTimeoutSeconds(): number {
    return this.#queue.visibilityTimeoutSeconds;
  }

  receive(max: number): ReceivedMessage[] {
    const messages = this.#queue.receive(max);
    for (const { receiptHandle, messageId } of messages) this.#received.set(receiptHandle, messageId);
    return messages;
  }

  delete(receiptHandles: readonly string[]): void {
    this.#queue.delete(receiptHandles.filter((handle) => !this.keeps(handle)));
  }

  onVisible(listener: () => void): () => void {
    return this.#queue.onVisible(listener);
  }

  /** To be asked before each delete; for one handle it answers the same however often it is deleted. */
  keeps(receiptHandle: unknown): boolean {
    if (this.#kept.has(receiptHandle)) return true;
    const messageId = this.#received.get(receiptHandle);
    this.#received.delete(receiptHandle);
    if (messageId === undefined || this.#duplicated.has(messageId) || !this.#trigger.strikes()) return false;
    this.#duplicated.add(messageId);
    this.#kept.add(receiptHandle);
    return true;
  }
}

interface DeleteEntry {
  Id: string;
  ReceiptHandle: string;
}

async function deleteBatch(queue: ForgetfulQueue, { input }: ServiceCall, next: Next): Promise<unknown> {
  if (!Array.isArray(input.Entries)) return next();
  const entries = input.Entries as (DeleteEntry | null)[];
  const kept = entries.filter((entry) => entry !== null && queue.keeps(entry.ReceiptHandle)) as DeleteEntry[];
  if (kept.length === 0) return next();
  const others = entries.filter((entry) => entry === null || !kept.includes(entry));
  const output = others.length === 0 ? {} : ((await next({ ...input, Entries: others })) as { Successful?: unknown[] });
  return { ...output, Successful: [...(output.Successful ?? []), ...kept.map(({ Id }) => ({ Id }))] };
}

function nameOf(identifier: unknown, separator: string): string {
  return String(identifier).split(separator).at(-1) ?? "";
}
