import { compare, resourcePolicy } from "./core/policy.ts";
import { all, any, not } from "./core/truth.ts";
import { KEY, WORKGROUP } from "./core/types.ts";

const PAGE = "https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html";

export const workgroupCustomerKey = resourcePolicy({
  name: "athena-customer-key",
  type: WORKGROUP,
  description: "A workgroup encrypts its results with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason: "Results are copies of the data, and outlive the query.",
  fix: "Set resultConfiguration.encryptionConfiguration with SSE_KMS and kmsKeyArn.",
  url: "https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html",
  peers: { checkov: ["CKV_AWS_159"] },
  check(workgroup, { expect }) {
    const encryption = ["configuration", "resultConfiguration", "encryptionConfiguration"] as const;
    const key = workgroup.isSetFrom(KEY, ...encryption, "kmsKeyArn");
    const isOwn = all(workgroup.at(...encryption, "encryptionOption").is("SSE_KMS", "CSE_KMS"), key);
    // Athena keeps managed results itself, under a key if one is given.
    const managed = workgroup.at("configuration", "managedQueryResultsConfiguration");
    const isManaged = all(managed.at("enabled").is(true), managed.at("encryptionConfiguration", "kmsKey").isSet);
    expect(workgroup, any(isOwn, isManaged), "does not encrypt its results with a key of its own");
  },
});

export const workgroupEnforced = resourcePolicy({
  name: "athena-enforced",
  type: WORKGROUP,
  description: "A workgroup's settings hold for every query.",
  level: "mandatory",
  severity: "medium",
  reason: "Otherwise a client decides whether, and where, results are encrypted.",
  fix: "Leave enforceWorkgroupConfiguration on.",
  url: PAGE,
  peers: { checkov: ["CKV_AWS_82"] },
  check(workgroup, { expect }) {
    const enforced = workgroup.at("configuration", "enforceWorkgroupConfiguration");
    expect(workgroup, not(enforced.is(false)), "lets clients override its settings");
  },
});

export const workgroupScanLimit = resourcePolicy({
  name: "athena-scan-limit",
  type: WORKGROUP,
  description: "A workgroup limits what one query reads.",
  level: "advisory",
  severity: "low",
  reason: "Athena is paid by the byte: one forgotten partition filter may cost more than the month.",
  fix: "Set bytesScannedCutoffPerQuery.",
  url: "https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html",
  check(workgroup, { expect }) {
    const limit = compare(workgroup.at("configuration", "bytesScannedCutoffPerQuery"), (bytes) => bytes > 0, false);
    expect(workgroup, limit, "has no limit of what a query reads");
  },
});
