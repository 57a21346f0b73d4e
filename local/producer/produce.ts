import { OWN_PRODUCER_KEY } from "../iam/access-keys.ts";
import type { ProducerEvent } from "../input/event.ts";
import type { InputProblem, LineEvent } from "../input/lines.ts";
import { SqsClient, SqsError } from "./sqs-client.ts";

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
  /** Of the local cloud. */
  endpoint: string;
  region: string;
  /** By topic. */
  queueUrls: ReadonlyMap<string, string>;
  /** Access keys of those who send to a topic, in turn; by default the account's own producer. */
  senders?: ReadonlyMap<string, readonly string[]>;
  refused(refusal: Refusal): void;
}

/**
 * Sends events as a producer outside would: over HTTP, in batches, several calls at once. Reads no further ahead than it
 * can send. Resolves when every event was taken or refused.
 */
export async function produce(
  events: AsyncIterable<ProducerInput> | Iterable<ProducerInput>,
  options: ProducerOptions,
): Promise<void> {
  const { endpoint, region } = options;
  const clients = new Clients(() => new SqsClient(endpoint, region));
  const senderOf = takingTurns(options.senders);
  const batches = new Map<string, OpenBatch>();
  const calls = new Set<Promise<void>>();

  const flush = (topic: string): void => {
    const batch = batches.get(topic);
    if (batch !== undefined) {
      clearTimeout(batch.timer);
      batches.delete(topic);
      const call = clients.use((client) => send(client, batch, options)).finally(() => calls.delete(call));
      calls.add(call);
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
        await clients.free();
      }
      let batch = batches.get(event.topic);
      if (batch === undefined) {
        batch = {
          url,
          accessKeyId: senderOf(event.topic),
          events: [],
          size: 0,
          timer: setTimeout(() => flush(event.topic), LINGER),
        };
        batches.set(event.topic, batch);
      }
      batch.events.push(event);
      batch.size += size;
    }
  } finally {
    for (const topic of [...batches.keys()]) {
      flush(topic);
    }
    await Promise.all(calls);
    clients.close();
  }
}

/** Who sends a topic's next batch. */
function takingTurns(senders: ProducerOptions["senders"]): (topic: string) => string {
  const turns = new Map<string, number>();
  return (topic) => {
    const keys = senders?.get(topic) ?? [OWN_PRODUCER_KEY];
    const turn = turns.get(topic) ?? 0;
    turns.set(topic, turn + 1);
    return keys[turn % keys.length] ?? OWN_PRODUCER_KEY;
  };
}

/** A connection for each call under way, made when there is none to spare. */
class Clients {
  readonly #make: () => SqsClient;
  readonly #all: SqsClient[] = [];
  readonly #spare: SqsClient[] = [];
  readonly #waiting: ((client: SqsClient) => void)[] = [];
  #freed: (() => void) | undefined;

  constructor(make: () => SqsClient) {
    this.#make = make;
  }

  async use(work: (client: SqsClient) => Promise<void>): Promise<void> {
    const client = await this.#take();
    try {
      await work(client);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#spare.push(client);
      else next(client);
      this.#freed?.();
      this.#freed = undefined;
    }
  }

  /** Resolves when a call could begin at once. Only one may wait. */
  free(): Promise<void> | undefined {
    const isFree = this.#spare.length > 0 || this.#all.length < CONCURRENT_CALLS;
    return isFree ? undefined : new Promise((resolve) => (this.#freed = resolve));
  }

  close(): void {
    for (const client of this.#all) client.close();
  }

  #take(): SqsClient | Promise<SqsClient> {
    const spare = this.#spare.pop();
    if (spare !== undefined) return spare;
    if (this.#all.length === CONCURRENT_CALLS) return new Promise((resolve) => this.#waiting.push(resolve));
    const made = this.#make();
    this.#all.push(made);
    return made;
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
  accessKeyId: string;
  events: (ProducerEvent | LineEvent)[];
}

/** A batch that still takes events. */
interface OpenBatch extends Batch {
  size: number;
  timer: NodeJS.Timeout;
}

async function send(client: SqsClient, batch: Batch, options: ProducerOptions): Promise<void> {
  const { url, accessKeyId, events } = batch;
  const bodies = events.map(({ body }) => body);
  try {
    const { Failed = [] } = await client.sendMessageBatch(url, bodies, accessKeyId);
    for (const { Id, Code, Message } of Failed) {
      options.refused({ where: whereIs(events[Number(Id)] as ProducerEvent), reason: `${Code}: ${Message}` });
    }
  } catch (error) {
    await sendApart(client, batch, error, options);
  }
}

/** SQS refuses some calls whole for one bad entry (an empty body, for example); the others must not pay for it. */
async function sendApart(client: SqsClient, batch: Batch, error: unknown, options: ProducerOptions) {
  const { events } = batch;
  const [event, ...others] = events;
  if (event === undefined) {
    return;
  }
  if (others.length > 0 && error instanceof SqsError && error.isCallers) {
    for (const alone of events) {
      await send(client, { ...batch, events: [alone] }, options);
    }
    return;
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  for (const refused of events) {
    options.refused({ where: whereIs(refused), reason });
  }
}
