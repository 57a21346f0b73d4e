import { resourcePolicy } from "./core/policy.ts";
import { all } from "./core/truth.ts";
import { KEY, STATE_MACHINE } from "./core/types.ts";

export const machineLogs = resourcePolicy({
  name: "states-logs",
  type: STATE_MACHINE,
  description: "A state machine logs what happens in it.",
  level: "advisory",
  severity: "medium",
  reason: "The history of an execution is gone after 90 days, and that of an express one is nowhere else.",
  fix: 'Set loggingConfiguration with the level "ALL" and a log group.',
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  peers: { cdkNag: ["SF1"], checkov: ["CKV_AWS_285"] },
  check(machine, { expect }) {
    const logs = machine.at("loggingConfiguration");
    expect(
      machine,
      all(logs.at("level").is("ALL"), logs.at("logDestination").isSet),
      "does not log all that happens in it",
    );
  },
});

export const machineTracing = resourcePolicy({
  name: "states-tracing",
  type: STATE_MACHINE,
  description: "A state machine's executions are traced.",
  level: "advisory",
  severity: "low",
  reason: "Without traces nobody can say in which call the time went.",
  fix: "Set tracingConfiguration.enabled.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
  peers: { cdkNag: ["SF2"], checkov: ["CKV_AWS_284"] },
  check: (machine, { expect }) =>
    expect(machine, machine.at("tracingConfiguration", "enabled").is(true), "is not traced"),
});

export const machineCustomerKey = resourcePolicy({
  name: "states-customer-key",
  type: STATE_MACHINE,
  description: "A state machine encrypts its executions' data with a customer-managed key.",
  level: "mandatory",
  severity: "medium",
  reason: "The input and output of every state are kept for 90 days.",
  fix: 'Set encryptionConfiguration with the type "CUSTOMER_MANAGED_KMS_KEY" and kmsKeyId.',
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html",
  check(machine, { expect }) {
    const isOwn = all(
      machine.at("encryptionConfiguration", "type").is("CUSTOMER_MANAGED_KMS_KEY"),
      machine.isSetFrom(KEY, "encryptionConfiguration", "kmsKeyId"),
    );
    expect(machine, isOwn, "does not encrypt with a key of its own");
  },
});
