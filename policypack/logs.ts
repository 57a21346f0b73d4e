import { compare, resourcePolicy } from "./core/policy.ts";
import { KEY, LOG_GROUP } from "./core/types.ts";

export const logRetention = resourcePolicy<{ minimumDays: number }>({
  name: "logs-retention",
  type: LOG_GROUP,
  description: "A log group says for how long it keeps its logs.",
  level: "mandatory",
  severity: "low",
  reason: "The default is for ever: a bill that only grows, and personal data that nobody may still keep.",
  fix: "Set retentionInDays.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  peers: { checkov: ["CKV_AWS_66"] },
  settings: { minimumDays: { default: 1, description: "The shortest retention; 365 is what CKV_AWS_338 asks for." } },
  check(group, { expect, settings }) {
    const isLong = compare(group.at("retentionInDays"), (days) => days >= settings.minimumDays, false);
    expect(group, isLong, `keeps its logs for ever, or for less than ${settings.minimumDays} days`);
  },
});

export const logCustomerKey = resourcePolicy({
  name: "logs-customer-key",
  type: LOG_GROUP,
  description: "A log group encrypts with a customer-managed key.",
  level: "mandatory",
  severity: "medium",
  reason: "Logs tell of what was processed: who may read them should be said by a key policy too.",
  fix: "Set kmsKeyId to a key whose policy admits logs.<region>.amazonaws.com.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
  peers: { checkov: ["CKV_AWS_158"] },
  check: (group, { expect }) => expect(group, group.isSetFrom(KEY, "kmsKeyId"), "has no key of its own"),
});
