import { loadSettings } from "../../settings/load.ts";
import { namesFor } from "../../settings/names.ts";
import type { Producer } from "../../settings/security-schema.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import { OWN_PRODUCER_KEY, producerKey } from "./access-keys.ts";
import type { Context } from "./context.ts";
import { accountOf, type Principal } from "./principal.ts";

/** Somebody outside the stack who sends to its topics. */
export interface ProducerIdentity {
  /** The name that the settings give it, or {@link OWN_PRODUCER_KEY}. */
  name: string;
  /** By which the local cloud knows it. */
  accessKeyId: string;
  principal: Principal;
  /** For whom a service sends; empty for all others. */
  context: Context;
  /** The open topics that it sends to. */
  topics: readonly string[];
  /** What its own account lets it do: nothing where the stack alone must let it. */
  statements: readonly object[];
}

/**
 * All who send to a stack's topics. A role of the account needs no right of its own where the queue's and the key's
 * policies name it. A role elsewhere, and any role that the policies name by its account, has the two rights from its
 * own administrator: what is proven is the stack's part of it. A service sends in its own name, for its source.
 */
export function producersOf(graph: StackGraph): ProducerIdentity[] {
  const { producers, topics } = loadSettings(graph);
  const open = Object.entries(topics).flatMap(([topic, { retired }]) => (retired === true ? [] : [topic]));
  const own: ProducerIdentity = {
    name: OWN_PRODUCER_KEY,
    accessKeyId: OWN_PRODUCER_KEY,
    principal: {
      kind: "role",
      arn: `arn:aws:iam::${graph.account}:role/${OWN_PRODUCER_KEY}`,
      session: OWN_PRODUCER_KEY,
    },
    context: {},
    topics: open,
    statements: rightsTo(open, graph),
  };
  const named = Object.entries(producers).map(([name, producer]): ProducerIdentity => {
    const { principal, context } = identityOf(name, producer, graph);
    const sendsTo = open.filter((topic) => producer.topics?.includes(topic) ?? true);
    const isLetByStack = principal.kind === "service" || (producer.role && accountOf(producer.role) === graph.account);
    const statements = isLetByStack ? [] : rightsTo(sendsTo, graph);
    return { name, accessKeyId: producerKey(name), principal, context, topics: sendsTo, statements };
  });
  return [own, ...named];
}

/** Access keys of those who send to each open topic: whom the settings name for it, or the account's own role. */
export function sendersByTopic(producers: readonly ProducerIdentity[]): ReadonlyMap<string, readonly string[]> {
  const [own, ...named] = producers;
  return new Map(
    own?.topics.map((topic) => {
      const keys = named.filter(({ topics }) => topics.includes(topic)).map(({ accessKeyId }) => accessKeyId);
      return [topic, keys.length === 0 ? [own.accessKeyId] : keys];
    }),
  );
}

function identityOf(
  name: string,
  { role, account, service, source = "" }: Producer,
  graph: StackGraph,
): Pick<ProducerIdentity, "principal" | "context"> {
  if (service === undefined) {
    const arn = role ?? `arn:aws:iam::${account}:role/${OWN_PRODUCER_KEY}`;
    return { principal: { kind: "role", arn, session: name }, context: {} };
  }
  // A bucket's ARN names no account: the settings take those of this one alone.
  const sourceAccount = accountOf(source) || graph.account;
  return {
    principal: { kind: "service", name: `${service}.amazonaws.com` },
    context: { "aws:sourcearn": source, "aws:sourceaccount": sourceAccount },
  };
}

/** As docs/deploying.md has them. */
function rightsTo(topics: readonly string[], graph: StackGraph): object[] {
  const { region, account } = graph;
  if (topics.length === 0) return [];
  const names = namesFor(graph.project, graph.stack);
  const queues = new Set(topics.map((topic) => names.topicQueue(topic)));
  const keys = ofType(graph, "aws:sqs/queue:Queue")
    .filter(({ state }) => queues.has(String(state.name)))
    .flatMap(({ inputs: { kmsMasterKeyId } }) => (typeof kmsMasterKeyId === "string" ? [kmsMasterKeyId] : []));
  const send = {
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Resource: Array.from(queues, (queue) => `arn:aws:sqs:${region}:${account}:${queue}`),
  };
  const encrypt = {
    Effect: "Allow",
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: [...new Set(keys)],
    Condition: { StringEquals: { "kms:ViaService": `sqs.${region}.amazonaws.com` } },
  };
  return keys.length === 0 ? [send] : [send, encrypt];
}
