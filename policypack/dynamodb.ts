import { resourcePolicy } from "./core/policy.ts";
import { all, any } from "./core/truth.ts";
import { KEY, TABLE } from "./core/types.ts";

export const tableCustomerKey = resourcePolicy({
  name: "dynamodb-customer-key",
  type: TABLE,
  description: "A table encrypts with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason: "Only with a key of its own is there a key policy that says who may read the items, and a log of who did.",
  fix: "Set serverSideEncryption with enabled and kmsKeyArn.",
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
  peers: { awsguard: ["dynamodb-table-encryption-enabled"], checkov: ["CKV_AWS_119"] },
  check(table, { expect }) {
    const isOwn = all(
      table.at("serverSideEncryption", "enabled").is(true),
      table.isSetFrom(KEY, "serverSideEncryption", "kmsKeyArn"),
    );
    expect(table, isOwn, "does not encrypt with a key of its own");
  },
});

export const tableRecovery = resourcePolicy({
  name: "dynamodb-point-in-time-recovery",
  type: TABLE,
  description: "A table can be had back as it was at any second of the last weeks.",
  level: "advisory",
  severity: "medium",
  reason: "A fault that writes nonsense does not stop at the last backup.",
  fix: "Set pointInTimeRecovery.enabled.",
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
  peers: { cdkNag: ["DDB3"], checkov: ["CKV_AWS_28"] },
  check: (table, { expect }) =>
    expect(table, table.at("pointInTimeRecovery", "enabled").is(true), "cannot be had back"),
});

export const tableScales = resourcePolicy({
  name: "dynamodb-on-demand",
  type: TABLE,
  description: "A table's capacity follows its load.",
  level: "advisory",
  severity: "low",
  reason: "A fixed capacity throttles when it is needed most.",
  fix: 'Set billingMode to "PAY_PER_REQUEST".',
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
  peers: { checkov: ["CKV2_AWS_16"] },
  check: (table, { expect }) => expect(table, table.at("billingMode").is("PAY_PER_REQUEST"), "has a fixed capacity"),
});

export const tableDeletionProtection = resourcePolicy({
  name: "dynamodb-deletion-protection",
  type: TABLE,
  description: "A table that a stack protects is also protected from deletion outside of it.",
  level: "advisory",
  severity: "low",
  reason: "Pulumi's protect does not hold for whoever uses the console.",
  fix: "Set deletionProtectionEnabled.",
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",
  check(table, { expect }) {
    expect(
      table,
      any(!table.isProtected, table.at("deletionProtectionEnabled").is(true)),
      "can be deleted in the console",
    );
  },
});
