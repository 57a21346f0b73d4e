import type { Finding } from "./rule.ts";
import type { Producer } from "./security-schema.ts";
import type { Settings } from "./settings.ts";

/** Of one queue's policy: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAXIMUM_PRINCIPALS = 50;

/** Room for their ARNs in a queue's policy of 8,192 characters, and in the key's of 32,768, beside what else they hold. */
const QUEUE_CHARACTERS = 6_000;
const KEY_CHARACTERS = 28_000;

/** What is wrong with single producers, and with all of them for the policies that must hold them. */
export function producerProblems({ producers, topics }: Settings): Finding[] {
  const single = Object.entries(producers).flatMap(([name, producer]) => ofProducer(name, producer, topics));
  return single.length > 0 ? single : together(producers, topics);
}

function ofProducer(name: string, producer: Producer, topics: Settings["topics"]): Finding[] {
  const path = ["producers", name];
  const { account, role, service, source } = producer;
  const findings: Finding[] = [];
  if ([account, role, service].filter((one) => one !== undefined).length !== 1) {
    findings.push({ path, rule: "must have one of account, role and service", value: producer });
  } else if ((service === undefined) !== (source === undefined)) {
    findings.push({ path, rule: "must have a source where it is a service, and only there", value: producer });
  } else if (service !== undefined && !source?.startsWith(`arn:aws:${service}:`)) {
    findings.push({ path: [...path, "source"], rule: `must be an ARN of ${service}`, value: source });
  }
  for (const topic of producer.topics ?? []) {
    if (!Object.hasOwn(topics, topic)) {
      findings.push({ path: [...path, "topics"], rule: "must be topics of this stack", value: topic });
    }
  }
  return findings;
}

function together(producers: Settings["producers"], topics: Settings["topics"]): Finding[] {
  const all = Object.values(producers);
  const findings: Finding[] = [];
  for (const topic of Object.keys(topics)) {
    const senders = all.filter((producer) => producer.topics?.includes(topic) ?? true);
    const principals = senders.filter(({ service }) => service === undefined).length;
    if (principals > MAXIMUM_PRINCIPALS || characters(senders) > QUEUE_CHARACTERS) {
      const rule =
        `must be at most ${MAXIMUM_PRINCIPALS} roles and accounts for a topic, their ARNs at most ${QUEUE_CHARACTERS} ` +
        `characters: SQS takes no more in a queue's policy, and ${JSON.stringify(topic)} has ${principals} and ` +
        `${characters(senders)}. Give an account instead of its roles`;
      findings.push({ path: ["producers"], rule, value: senders.length });
      break;
    }
  }
  if (characters(all) > KEY_CHARACTERS) {
    const rule = `must have ARNs of at most ${KEY_CHARACTERS} characters in all: KMS takes no more in a key's policy`;
    findings.push({ path: ["producers"], rule, value: characters(all) });
  }
  return findings;
}

/** As a policy holds them: quoted, with a comma. */
function characters(producers: readonly Producer[]): number {
  const arns = producers.map(({ role, source, account }) => role ?? source ?? `arn:aws:iam::${account}:root`);
  return arns.reduce((sum, arn) => sum + arn.length + 3, 0);
}
