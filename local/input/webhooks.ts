import { createRequire } from "node:module";
import type { ProducerEvent } from "./event.ts";
import { malformedBodies } from "./malformed.ts";
import { POISON_MARKER } from "./poison.ts";
import { namedRandom, seededRandom } from "./random.ts";

export interface WebhookOptions {
  topics: readonly string[];
  /** How many events. */
  records: number;
  /** The share of events whose body no consumer can read, 0–1. */
  malformed: number;
  /** Of the others, the share of valid events that kill the process which forwards them, 0–1. */
  poison: number;
  /** The length of each well-formed body in bytes; absent: as long as the webhook is. */
  bytes?: number | undefined;
  seed: number;
  /** What the events' ids begin with, before a dash and the number; by default the seed. */
  ids?: string | undefined;
  /** Epoch milliseconds at which the first event is published. */
  now: number;
}

interface Webhook {
  /** Of what a payload of a given length holds beside its filling, JSON text; empty where the webhook has no sender. */
  sender: string;
  /** The payload's JSON text without its closing brace. */
  open: string;
  /** Of the text, what needs no escape in JSON, so that its length is the same there. */
  plain: string;
  kind: string;
}

/** The shortest body that {@link WebhookOptions.bytes} can ask for: the envelope, the business keys and a sender. */
export const MIN_BYTES = 384;

/**
 * Real payloads: GitHub's webhook examples, in turn, each in the envelope of a producer and with ids of its own.
 * A kind of webhook always goes to the same topic. The same options give the same events.
 */
export function* webhookEvents(options: WebhookOptions): Generator<ProducerEvent> {
  const { topics, records, seed, ids = String(seed) } = options;
  const random = seededRandom(seed);
  const poisonRandom = namedRandom(seed, "poison");
  const byTopic = webhooksByTopic(topics);
  for (let index = 0; index < records; index += 1) {
    const topic = topics[index % topics.length] as string;
    const webhooks = byTopic.get(topic) as Webhook[];
    const webhook = webhooks[Math.floor(index / topics.length) % webhooks.length] as Webhook;
    const id = `${ids}-${String(index).padStart(9, "0")}`;
    const publishTime = new Date(options.now + index).toISOString();
    const event = { webhook, id, publishTime, index, poison: poisonRandom() < options.poison };
    if (random() < options.malformed) {
      const kind = Math.floor(random() * malformedBodies.length);
      const make = malformedBodies[kind] as (typeof malformedBodies)[number];
      yield { topic, body: make(wellFormed({ ...event, poison: false }, undefined)) };
    } else {
      yield { topic, body: wellFormed(event, options.bytes) };
    }
  }
}

function webhooksByTopic(topics: readonly string[]): Map<string, Webhook[]> {
  const require = createRequire(import.meta.url);
  const kinds = require("@octokit/webhooks-examples/api.github.com/index.json") as {
    name: string;
    examples: Record<string, unknown>[];
  }[];
  const byTopic = new Map<string, Webhook[]>(topics.map((topic) => [topic, []]));
  // With more topics than kinds of webhook, kinds are used again.
  for (let index = 0; index < Math.max(kinds.length, topics.length); index += 1) {
    const { name: kind, examples } = kinds[index % kinds.length] as (typeof kinds)[number];
    const webhooks = byTopic.get(topics[index % topics.length] as string) as Webhook[];
    webhooks.push(...examples.map((example) => webhookOf(kind, example)));
  }
  return byTopic;
}

function webhookOf(kind: string, example: Record<string, unknown>): Webhook {
  const open = JSON.stringify(example).slice(0, -1);
  const { login } = (example.sender ?? {}) as { login?: string };
  const sender = login === undefined ? "" : `,"sender":${JSON.stringify({ login })}`;
  return { kind, open, sender, plain: open.replace(/[^\w /:.,-]/g, "") };
}

interface WebhookEvent {
  webhook: Webhook;
  id: string;
  publishTime: string;
  index: number;
  poison: boolean;
}

function wellFormed({ webhook, id, publishTime, index, poison }: WebhookEvent, bytes: number | undefined): string {
  const keys =
    `"_metadata":{"idempotencyKeyResource":"${webhook.kind}/${id}",` +
    `"periodReference":"${publishTime.slice(0, 7)}","correlationId":"c-${id}"}` +
    (poison ? `,"${POISON_MARKER}":true` : "");
  if (bytes !== undefined) {
    return ofLength(bytes, webhook, id, publishTime, keys);
  }
  return inEnvelope(index, id, publishTime, `${webhook.open},${keys}}`);
}

/** The forms in which producers wrap a payload; see the message contract in docs/architecture.md. */
function inEnvelope(index: number, id: string, publishTime: string, payload: string): string {
  switch (index % 4) {
    case 0:
      return payload;
    case 1: {
      const data = Buffer.from(payload).toString("base64");
      return `{"message":{"messageId":"${id}","publishTime":"${publishTime}","data":"${data}"}}`;
    }
    default:
      return `{"messageId":"${id}","publishTime":"${publishTime}","payload":${payload}}`;
  }
}

function ofLength(bytes: number, webhook: Webhook, id: string, publishTime: string, keys: string): string {
  const head = `{"messageId":"${id}","publishTime":"${publishTime}","payload":{${keys}${webhook.sender},"excerpt":"`;
  const tail = '"}}';
  const room = bytes - head.length - tail.length;
  return `${head}${webhook.plain.repeat(Math.ceil(room / webhook.plain.length)).slice(0, room)}${tail}`;
}
