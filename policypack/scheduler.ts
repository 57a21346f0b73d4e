import { resourcePolicy } from "./core/policy.ts";
import { KEY, SCHEDULE } from "./core/types.ts";

export const scheduleDeadLetter = resourcePolicy({
  name: "scheduler-dead-letter-queue",
  type: SCHEDULE,
  description: "A schedule keeps the firings that it could not deliver.",
  level: "advisory",
  severity: "low",
  reason: "After its retries a firing is gone, and only a metric tells.",
  fix: "Set target.deadLetterConfig.arn to a queue.",
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  check: (schedule, { expect }) =>
    expect(schedule, schedule.at("target", "deadLetterConfig", "arn").isSet, "drops firings that it cannot deliver"),
});

export const scheduleCustomerKey = resourcePolicy({
  name: "scheduler-customer-key",
  type: SCHEDULE,
  description: "A schedule encrypts its target's input with a customer-managed key.",
  level: "advisory",
  severity: "low",
  reason: "The input is data too, if there is any.",
  fix: "Set kmsKeyArn.",
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html",
  peers: { checkov: ["CKV_AWS_297"] },
  check: (schedule, { expect }) => expect(schedule, schedule.isSetFrom(KEY, "kmsKeyArn"), "has no key of its own"),
});
