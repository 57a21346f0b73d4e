import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import PQueue from "p-queue";
import type { ProducerEvent } from "../input/event.ts";

/** Of one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_ENTRIES = 10;
const MAX_CALL_BYTES = 1024 * 1024;

/** Calls under way at once; more would only wait for the same two cores. */
const CONCURRENT_CALLS = 8;

/** How long a call waits for more entries when the input is slow, in milliseconds. */
const LINGER = 50;

/** An event that SQS did not take. */
export interface Refusal {
  event: ProducerEvent;
  /** SQS's error, or what the client could not do. */
  reason: string;
}

export interface ProducerOptions {
  endpoint: string;
  region: string;
  /** @returns the URL of a topic's queue, undefined for an unknown topic. */
  queueUrl(topic: string): string | undefined;
  refused(refusal: Refusal): void;
}

/**
 * Sends events as a producer outside would: through the SDK, in batches, several calls at once. Reads no further
 * ahead than it can send. Resolves when every event was taken or refused.
 */
export async function produce(
  events: AsyncIterable<ProducerEvent> | Iterable<ProducerEvent>,
  options: ProducerOptions,
): Promise<void> {
  const client = new SQSClient({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: "producer", secretAccessKey: "local" },
  });
  const calls = new PQueue({ concurrency: CONCURRENT_CALLS });
  const batches = new Map<string, OpenBatch>();

  const flush = (topic: string): void => {
    const batch = batches.get(topic);
    if (batch !== undefined) {
      clearTimeout(batch.timer);
      batches.delete(topic);
      void calls.add(() => send(client, batch, options));
    }
  };

  try {
    for await (const event of events) {
      const url = options.queueUrl(event.topic);
      if (url === undefined) {
        options.refused({ event, reason: `the stack has no topic ${JSON.stringify(event.topic)}` });
        continue;
      }
      const size = Buffer.byteLength(event.body);
      const open = batches.get(event.topic);
      if (open !== undefined && (open.events.length === MAX_ENTRIES || open.size + size > MAX_CALL_BYTES)) {
        flush(event.topic);
        await calls.onSizeLessThan(CONCURRENT_CALLS);
      }
      let batch = batches.get(event.topic);
      if (batch === undefined) {
        batch = { url, events: [], size: 0, timer: setTimeout(() => flush(event.topic), LINGER) };
        batches.set(event.topic, batch);
      }
      batch.events.push(event);
      batch.size += size;
    }
  } finally {
    for (const topic of [...batches.keys()]) {
      flush(topic);
    }
    await calls.onIdle();
    client.destroy();
  }
}

interface Batch {
  url: string;
  events: ProducerEvent[];
}

/** A batch that still takes events. */
interface OpenBatch extends Batch {
  size: number;
  timer: NodeJS.Timeout;
}

async function send(client: SQSClient, { url, events }: Batch, options: ProducerOptions): Promise<void> {
  const entries: SendMessageBatchRequestEntry[] = events.map(({ body }, index) => ({
    Id: String(index),
    MessageBody: body,
  }));
  try {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
    for (const { Id, Code, Message } of Failed) {
      options.refused({ event: events[Number(Id)] as ProducerEvent, reason: `${Code}: ${Message}` });
    }
  } catch (error) {
    await sendApart(client, { url, events }, error, options);
  }
}

/** SQS refuses some calls whole for one bad entry (an empty body, for example); the others must not pay for it. */
async function sendApart(client: SQSClient, { url, events }: Batch, error: unknown, options: ProducerOptions) {
  const [event, ...others] = events;
  if (event === undefined) {
    return;
  }
  if (others.length > 0 && error instanceof SQSServiceException && error.$fault === "client") {
    for (const alone of events) {
      await send(client, { url, events: [alone] }, options);
    }
    return;
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  for (const refused of events) {
    options.refused({ event: refused, reason });
  }
}
