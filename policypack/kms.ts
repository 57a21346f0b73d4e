import { covers, isPublic, some, statementsOf } from "./core/document.ts";
import { resourcePolicy } from "./core/policy.ts";
import { all, any, not } from "./core/truth.ts";
import { KEY, KEY_POLICY } from "./core/types.ts";

const POLICY_PAGE = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html";

export const keyRotation = resourcePolicy({
  name: "kms-rotation",
  type: KEY,
  description: "A key is enabled, and rotates.",
  level: "mandatory",
  severity: "medium",
  reason: "The less is encrypted with one key material, the less is lost with it.",
  fix: "Set enableKeyRotation, and leave isEnabled out.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  peers: { awsguard: ["cmk-backing-key-rotation-enabled"], cdkNag: ["KMS5"], checkov: ["CKV_AWS_7", "CKV_AWS_227"] },
  check(key, { expect }) {
    const isAsymmetric = all(
      key.at("customerMasterKeySpec").isSet,
      not(key.at("customerMasterKeySpec").is("SYMMETRIC_DEFAULT")),
    );
    expect(key, any(isAsymmetric, key.at("enableKeyRotation").is(true)), "does not rotate");
    expect(key, not(key.at("isEnabled").is(false)), "is disabled");
  },
});

export const keyPolicyDefined = resourcePolicy({
  name: "kms-policy-defined",
  type: KEY,
  description: "A key has a policy of its own.",
  level: "advisory",
  severity: "low",
  reason: "The default leaves it to every administrator of IAM in the account who may decrypt.",
  fix: "Set policy.",
  url: POLICY_PAGE,
  peers: { checkov: ["CKV2_AWS_64"] },
  check: (key, { expect }) => expect(key, key.at("policy").isSet, "has the default policy"),
});

export const keyNotPublic = resourcePolicy({
  name: "kms-not-public",
  type: [KEY, KEY_POLICY],
  description: "A key's policy admits nobody whom it does not name.",
  level: "mandatory",
  severity: "critical",
  reason: "A principal of * lets anybody in the world decrypt who learns the key's ARN.",
  fix: "Name the principal, or limit the statement by kms:CallerAccount or kms:ViaService.",
  url: POLICY_PAGE,
  peers: { checkov: ["CKV_AWS_33"] },
  check: (key, { expect }) => expect(key, not(some(statementsOf(key.at("policy")), isPublic)), "admits everybody"),
});

export const keyServicesScoped = resourcePolicy({
  name: "kms-services-scoped",
  type: [KEY, KEY_POLICY],
  description: "A key admits a service only for this account's resources.",
  level: "advisory",
  severity: "medium",
  reason: "A service works for everybody: without a condition it may use the key for somebody else's resource.",
  fix: "Limit the statement by aws:SourceAccount, aws:SourceArn or the encryption context.",
  url: POLICY_PAGE,
  check(key, { expect }) {
    const isLoose = some(statementsOf(key.at("policy")), (statement) =>
      all(
        statement.allows,
        some(statement.principals, ({ kind }) => kind === "Service"),
        not(statement.isLimitedBy((one) => /^aws:source|^kms:(encryptioncontext|viaservice|calleraccount)/.test(one))),
      ),
    );
    expect(key, not(isLoose), "admits a service without a condition");
  },
});

export const keyNoLockOut = resourcePolicy({
  name: "kms-no-lock-out",
  type: [KEY, KEY_POLICY],
  description: "Somebody may change a key's policy.",
  level: "mandatory",
  severity: "high",
  reason:
    "A policy that nobody may change can only be repaired by AWS's support, and until then nothing can be decrypted by others.",
  fix: "Allow the account (arn:aws:iam::<account>:root), or a role, kms:PutKeyPolicy.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
  check(key, { expect }) {
    const isChangeable = some(statementsOf(key.at("policy")), (statement) =>
      all(
        statement.allows,
        some(statement.principals, ({ kind }) => kind === "AWS" || kind === "*"),
        some(statement.actions, (action) => action.matches((pattern) => covers(pattern, "kms:PutKeyPolicy"))),
      ),
    );
    expect(key, any(key.at("policy").isAbsent, isChangeable), "has a policy that nobody may change");
  },
});
