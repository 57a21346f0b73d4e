import { createRequire } from "node:module";

/** A message of the documentation's, and the topic that it is sent to. */
export interface DocumentedMessage {
  topic: string;
  body: string;
}

type Payload = Readonly<Record<string, unknown>>;

/** What a producer says of a payload besides: of which business object it is a version. */
type KeyOf = (payload: never) => string;

/** Kinds of GitHub's webhooks, how many of each are sent, and the key by which a later one replaces an earlier. */
const SENT: readonly { topic: string; kind: string; count: number; keyOf?: KeyOf }[] = [
  { topic: "events", kind: "push", count: 2 },
  { topic: "events", kind: "workflow_run", count: 2 },
  // Without a sender, which the settings ask for.
  { topic: "events", kind: "security_advisory", count: 3 },
  {
    topic: "orders",
    kind: "marketplace_purchase",
    count: 4,
    keyOf: ({ marketplace_purchase }: { marketplace_purchase: { account: { login: string } } }) =>
      `purchase/${marketplace_purchase.account.login}`,
  },
  { topic: "orders", kind: "release", count: 1 },
  { topic: "orders", kind: "sponsorship", count: 2 },
  {
    topic: "payments",
    kind: "pull_request",
    count: 4,
    keyOf: ({ pull_request }: { pull_request: { id: number } }) => `pull_request/${pull_request.id}`,
  },
  { topic: "payments", kind: "issues", count: 2 },
];

/** The first of them is published then, and the others a minute apart. */
const FIRST = Date.UTC(2026, 0, 15, 9);

/**
 * What the examples of docs/tables.md ask about: GitHub's own webhooks under ids and times that are always the same, one
 * of them delivered twice, and one whose column cannot be read.
 */
export function documentedMessages(): DocumentedMessage[] {
  const messages = SENT.flatMap(({ topic, kind, count, keyOf }) =>
    examplesOf(kind)
      .slice(0, count)
      .map((payload, index) => ({ topic, id: `${kind}-${index + 1}`, payload, key: keyOf?.(payload as never) })),
  );
  const [purchase] = examplesOf("marketplace_purchase") as { marketplace_purchase: Payload }[];
  const unreadable = {
    topic: "orders",
    id: "marketplace_purchase-5",
    payload: { ...purchase, marketplace_purchase: { ...purchase?.marketplace_purchase, unit_count: "a dozen" } },
    key: undefined,
  };
  const bodies = [...messages, unreadable].map(({ topic, id, payload, key }, index) => {
    const publishTime = new Date(FIRST + index * 60_000).toISOString();
    const keyed = key === undefined ? payload : { ...payload, _metadata: { idempotencyKeyResource: key } };
    return { topic, body: JSON.stringify({ messageId: id, publishTime, payload: keyed }) };
  });
  const again = bodies.filter(({ body }) => body.startsWith('{"messageId":"sponsorship-1"'));
  return [...bodies, ...again];
}

function examplesOf(kind: string): readonly Payload[] {
  const kinds = createRequire(import.meta.url)("@octokit/webhooks-examples/api.github.com/index.json") as {
    name: string;
    examples: Payload[];
  }[];
  const found = kinds.find(({ name }) => name === kind);
  if (found === undefined) throw new Error(`GitHub's examples have no webhook ${kind}`);
  return found.examples;
}
