import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import { checkBatchSize, eachEntry, readBatch } from "./batch.ts";
import type { QueueConfiguration } from "./configuration.ts";
import { missingParameter, purgeQueueInProgress, queueDoesNotExist, receiptHandleIsInvalid } from "./errors.ts";
import { type Input, optionalInteger, optionalString, requiredString, stringList } from "./input.ts";
import { MAX_LISTED_QUEUES, PURGE_INTERVAL_SECONDS } from "./limits.ts";
import type { Queue } from "./queue.ts";
import { queueAttributes } from "./queue-attributes.ts";
import { openQueues } from "./queues.ts";
import { Receiver, VISIBILITY_TIMEOUT_RANGE } from "./receive-message.ts";
import { readSend, sendTo } from "./send-message.ts";

type Action = (input: Input) => unknown;

/**
 * SQS with the queues of one stack, in its JSON protocol. Queues are made by the program, not by a call: actions that
 * create, change or tag them are not known here.
 *
 * `QueueUrl` may be any URL, or none, whose last path segment is a queue's name.
 */
export class SqsService implements JsonService {
  readonly name = "sqs";
  readonly contentType = "application/x-amz-json-1.0";
  /** By name, for consumers within the process. */
  readonly queues: ReadonlyMap<string, Queue>;

  private readonly clock: Clock;
  private readonly createdSeconds: number;
  private readonly receiver: Receiver;
  /** By queue name: until when, in epoch milliseconds of the clock, it may not be purged again. */
  private readonly purgedUntil = new Map<string, number>();

  private readonly actions: Readonly<Record<string, Action>> = {
    SendMessage: (input) => this.sendMessage(input),
    SendMessageBatch: (input) => this.sendMessageBatch(input),
    ReceiveMessage: (input) => this.receiver.receive(this.queueOf(input), input),
    DeleteMessage: (input) => deleteFrom(this.queueOf(input), input),
    DeleteMessageBatch: (input) => this.handleBatch("DeleteMessageBatch", input, deleteFrom),
    ChangeMessageVisibility: (input) => changeVisibilityIn(this.queueOf(input), input),
    ChangeMessageVisibilityBatch: (input) =>
      this.handleBatch("ChangeMessageVisibilityBatch", input, changeVisibilityIn),
    GetQueueUrl: (input) => this.getQueueUrl(input),
    GetQueueAttributes: (input) => this.getQueueAttributes(input),
    ListQueues: (input) => this.listQueues(input),
    PurgeQueue: (input) => this.purgeQueue(input),
  };

  /** @throws ResourceError when the redrive policies do not fit together. */
  constructor(configurations: readonly QueueConfiguration[], clock: Clock) {
    this.queues = openQueues(configurations, clock);
    this.clock = clock;
    this.createdSeconds = Math.floor(clock.now() / 1_000);
    this.receiver = new Receiver(clock);
  }

  async call(action: string, input: Record<string, unknown>): Promise<unknown> {
    const run = Object.hasOwn(this.actions, action) ? this.actions[action] : undefined;
    if (run === undefined) {
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
      throw new AwsError("UnknownOperationException", `The action ${action} is not valid for this endpoint.`, {
        status: 404,
        queryCode: "InvalidAction",
      });
    }
    return run(input);
  }

  /** Ends every ReceiveMessage that waits, with an empty answer. */
  close(): void {
    this.receiver.close();
  }

  private queueOf(input: Input): Queue {
    const url = requiredString(input, "QueueUrl");
    return this.queueNamed(url.slice(url.lastIndexOf("/") + 1));
  }

  private queueNamed(name: string): Queue {
    const queue = this.queues.get(name);
    if (queue === undefined) {
      throw queueDoesNotExist();
    }
    return queue;
  }

  private sendMessage(input: Input): unknown {
    const queue = this.queueOf(input);
    return sendTo(queue, readSend(input));
  }

  private sendMessageBatch(input: Input): unknown {
    const queue = this.queueOf(input);
    const entries = readBatch("SendMessageBatch", input).map((entry) => ({
      id: entry.id,
      request: readSend(entry.input, entry.path),
    }));
    checkBatchSize(entries.reduce((sum, { request }) => sum + request.size, 0));
    return eachEntry(entries, ({ request }) => sendTo(queue, request));
  }

  private handleBatch(
    action: string,
    input: Input,
    run: (queue: Queue, input: Input) => Record<string, unknown>,
  ): unknown {
    const queue = this.queueOf(input);
    const entries = readBatch(action, input);
    for (const entry of entries) {
      requiredString(entry.input, "ReceiptHandle", `${entry.path}ReceiptHandle`);
    }
    return eachEntry(entries, (entry) => run(queue, entry.input));
  }

  private getQueueUrl(input: Input): unknown {
    return { QueueUrl: this.queueNamed(requiredString(input, "QueueName")).configuration.url };
  }

  private getQueueAttributes(input: Input): unknown {
    const attributes = queueAttributes(this.queueOf(input), stringList(input, "AttributeNames"), this.createdSeconds);
    return attributes === undefined ? {} : { Attributes: attributes };
  }

  private listQueues(input: Input): unknown {
    const prefix = optionalString(input, "QueueNamePrefix") ?? "";
    const after = Buffer.from(optionalString(input, "NextToken") ?? "", "base64url").toString();
    const reason = `Must be between 1 and ${MAX_LISTED_QUEUES}, if provided.`;
    const max = optionalInteger(input, "MaxResults", { min: 1, max: MAX_LISTED_QUEUES, reason });
    const names = [...this.queues.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, max ?? MAX_LISTED_QUEUES);
    const last = page.at(-1);
    return {
      ...(last === undefined ? {} : { QueueUrls: page.map((name) => this.queueNamed(name).configuration.url) }),
      // Without MaxResults there is no next page, even if more queues exist.
      ...(max !== undefined && last !== undefined && names.length > max
        ? { NextToken: Buffer.from(last).toString("base64url") }
        : {}),
    };
  }

  private purgeQueue(input: Input): unknown {
    const queue = this.queueOf(input);
    if (this.clock.now() < (this.purgedUntil.get(queue.name) ?? 0)) {
      throw purgeQueueInProgress(queue.name);
    }
    this.purgedUntil.set(queue.name, this.clock.deadline(PURGE_INTERVAL_SECONDS * 1_000));
    queue.purge();
    return {};
  }
}

function deleteFrom(queue: Queue, input: Input): Record<string, unknown> {
  const handle = requiredString(input, "ReceiptHandle");
  if (!queue.issued(handle)) {
    throw receiptHandleIsInvalid(handle);
  }
  queue.delete([handle]);
  return {};
}

/** AWS's model does not require the timeout in a batch's entry, and does not say what its absence means: refused here [?]. */
function changeVisibilityIn(queue: Queue, input: Input): Record<string, unknown> {
  const handle = requiredString(input, "ReceiptHandle");
  const seconds = optionalInteger(input, "VisibilityTimeout", VISIBILITY_TIMEOUT_RANGE);
  if (seconds === undefined) {
    throw missingParameter("VisibilityTimeout");
  }
  queue.changeVisibility(handle, seconds);
  return {};
}
