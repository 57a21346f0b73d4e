import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import PQueue from "p-queue";
import type { ProducerEvent } from "../input/event.ts";
import type { InputProblem, LineEvent } from "../input/lines.ts";

/** Of one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_ENTRIES = 10;
const MAX_CALL_BYTES = 1024 * 1024;

/** Calls under way at once; more would only wait for the same two cores. */
const CONCURRENT_CALLS = 8;

/** How long a call waits for more entries when the input is slow, in milliseconds. */
const LINGER = 50;

/** What there is to send; a problem of the input is refused. */
export type ProducerInput = ProducerEvent | LineEvent | InputProblem;

/** What was not sent, or SQS did not take. */
export interface Refusal {
  /** The event's line, or its topic if it stands on none; undefined for the input as a whole. */
  where: string | undefined;
  /** SQS's error, what the client could not do, or what is wrong with the input. */
  reason: string;
}

export interface ProducerOptions {
  endpoint: string;
  region: string;
  /** By topic. */
  queueUrls: ReadonlyMap<string, string>;
  refused(refusal: Refusal): void;
}

/**
 * Sends events as a producer outside would: through the SDK, in batches, several calls at once. Reads no further
 * ahead than it can send. Resolves when every event was taken or refused.
 */
export async function produce(
  events: AsyncIterable<ProducerInput> | Iterable<ProducerInput>,
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
      if ("problem" in event) {
        options.refused({ where: event.line === undefined ? undefined : `line ${event.line}`, reason: event.problem });
        continue;
      }
      const url = options.queueUrls.get(event.topic);
      if (url === undefined) {
        options.refused({ where: whereIs(event), reason: unknownTopic(event.topic, options.queueUrls.keys()) });
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

function whereIs(event: ProducerEvent | LineEvent): string {
  return "line" in event ? `line ${event.line}` : `topic ${event.topic}`;
}

function unknownTopic(topic: string, known: Iterable<string>): string {
  return `the stack has no topic ${JSON.stringify(topic)}; it has: ${[...known].join(", ")}`;
}

interface Batch {
  url: string;
  events: (ProducerEvent | LineEvent)[];
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
      options.refused({ where: whereIs(events[Number(Id)] as ProducerEvent), reason: `${Code}: ${Message}` });
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
    options.refused({ where: whereIs(refused), reason });
  }
}
