import { admitsService, every, isPublic, requiresTls, some, statementsOf } from "./core/document.ts";
import { resourcePolicy, stackPolicy } from "./core/policy.ts";
import type { Resource } from "./core/stack.ts";
import { all, any, not, Unknown } from "./core/truth.ts";
import { COMPOSITE_ALARM, KEY, KEY_POLICY, METRIC_ALARM, TOPIC, TOPIC_POLICY } from "./core/types.ts";

const ALARMS = "cloudwatch.amazonaws.com";

export const topicCustomerKey = resourcePolicy({
  name: "sns-customer-key",
  type: TOPIC,
  description: "A topic encrypts with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason:
    "CloudWatch's alarms cannot publish to a topic that AWS's own key encrypts, and one without a key encrypts nothing.",
  fix: "Set kmsMasterKeyId to a key of the stack whose policy admits the publishers.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
  peers: { checkov: ["CKV_AWS_26"] },
  check(topic, { expect }) {
    const isAws = topic.at("kmsMasterKeyId").matches(/alias\/aws\//);
    const isOwn = all(topic.isSetFrom(KEY, "kmsMasterKeyId"), isAws instanceof Unknown ? true : !isAws);
    expect(topic, isOwn, "has no key of its own");
  },
});

export const topicTlsOnly = stackPolicy({
  name: "sns-tls-only",
  description: "A topic's policy refuses requests without TLS.",
  level: "advisory",
  severity: "low",
  reason: "SNS also answers over plain HTTP, where anybody on the way can read.",
  fix: "Add a statement to the TopicPolicy that denies sns:Publish where aws:SecureTransport is false.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
  peers: { cdkNag: ["SNS3"] },
  check(stack, { expect }) {
    const policies = stack.attached(TOPIC_POLICY, "arn", TOPIC);
    for (const topic of stack.ofType(TOPIC)) {
      const documents = [topic, ...(policies.get(topic) ?? [])].map((from) => from.at("policy"));
      expect(topic, any(policies.open ?? false, ...documents.map(requiresTls)), "takes requests without TLS");
    }
  },
});

export const topicNotPublic = resourcePolicy({
  name: "sns-not-public",
  type: [TOPIC, TOPIC_POLICY],
  description: "A topic's policy admits nobody whom it does not name.",
  level: "mandatory",
  severity: "critical",
  reason: "Who may publish can raise, or drown, every alarm that the topic carries.",
  fix: "Name the principal, or limit the statement by aws:SourceArn or aws:SourceAccount.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
  peers: { checkov: ["CKV_AWS_169", "CKV_AWS_385"] },
  check: (topic, { expect }) =>
    expect(topic, not(some(statementsOf(topic.at("policy")), isPublic)), "admits everybody"),
});

export const alarmsCanPublish = stackPolicy({
  name: "sns-alarms-can-publish",
  description: "A topic of alarms, and its key, admit CloudWatch.",
  level: "mandatory",
  severity: "critical",
  reason: "Otherwise the alarm goes off and nobody is told: CloudWatch notes the failure in the alarm's history alone.",
  fix: "Allow cloudwatch.amazonaws.com sns:Publish in the topic's policy, and kms:Decrypt and kms:GenerateDataKey* in the key's.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
  check(stack, { expect }) {
    const topics = new Set<Resource>();
    for (const alarm of stack.ofType(METRIC_ALARM, COMPOSITE_ALARM)) {
      for (const property of ["alarmActions", "okActions", "insufficientDataActions"]) {
        const { items } = alarm.at(property);
        for (const reference of items instanceof Unknown ? [alarm.at(property)] : items) {
          const topic = stack.find(alarm, property, reference, TOPIC);
          if (topic instanceof Unknown) expect(alarm, topic, "");
          else if (topic !== undefined) topics.add(topic);
        }
      }
    }
    const policies = stack.attached(TOPIC_POLICY, "arn", TOPIC);
    const keyPolicies = stack.attached(KEY_POLICY, "keyId", KEY);
    for (const topic of topics) {
      const documents = [topic, ...(policies.get(topic) ?? [])]
        .map((from) => from.at("policy"))
        .filter((document) => !document.isAbsent);
      // The default policy of a topic admits the account's own resources.
      const isAdmitted =
        documents.length === 0 ||
        any(...documents.map((one) => some(statementsOf(one), (s) => admitsService(s, ALARMS, ["sns:Publish"]))));
      expect(topic, isAdmitted, "does not admit the alarms that publish to it");
      const key = stack.find(topic, "kmsMasterKeyId", topic.at("kmsMasterKeyId"), KEY);
      if (key === undefined) continue;
      if (key instanceof Unknown) {
        expect(topic, key, "");
        continue;
      }
      const ofKey = [key, ...(keyPolicies.get(key) ?? [])].map((from) => from.at("policy"));
      const decrypts = every(["kms:Decrypt", "kms:GenerateDataKey"], (action) =>
        any(...ofKey.map((one) => some(statementsOf(one), (s) => admitsService(s, ALARMS, [action])))),
      );
      expect(topic, decrypts, `is encrypted with ${key.name}, which does not admit the alarms that publish to it`);
    }
  },
});
