import { isPublic, type Principal, type Statement, some, statementsOf } from "./core/document.ts";
import { resourcePolicy } from "./core/policy.ts";
import type { Resource } from "./core/stack.ts";
import { all, any, not, type Unknown } from "./core/truth.ts";
import { ROLE } from "./core/types.ts";

export const trustNotPublic = resourcePolicy({
  name: "iam-trust-not-public",
  type: ROLE,
  description: "A role names who may take it.",
  level: "mandatory",
  severity: "critical",
  reason: "A principal of * lets any account take the role; a condition on it is one typing error from that.",
  fix: "Name the service, or the role, that takes it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  peers: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },
  check(role, { expect }) {
    const isOpen = some(trustOf(role), (statement) =>
      any(isPublic(statement), all(statement.allows, statement.isForEverybody)),
    );
    expect(role, not(isOpen), "lets everybody take it");
  },
});

export const trustScoped = resourcePolicy<{ unscoped: readonly string[] }>({
  name: "iam-trust-scoped",
  type: ROLE,
  description: "A service takes a role only for this account.",
  level: "mandatory",
  severity: "medium",
  reason: "Without a condition the service could be made to take the role on behalf of somebody else's resource.",
  fix: "Add the condition aws:SourceAccount, or aws:SourceArn, to the trust policy.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  settings: {
    unscoped: {
      // AWS documents no source in the call by which these take a role [?], and a condition on what a call does not say
      // would lock them out. A role reaches them by iam:PassRole alone, which never crosses accounts.
      default: ["lambda.amazonaws.com", "firehose.amazonaws.com", "glue.amazonaws.com", "chatbot.amazonaws.com"],
      description: "Services of which no source is asked.",
    },
  },
  check(role, { expect, settings }) {
    const isLoose = some(trustOf(role), (statement) =>
      all(
        statement.allows,
        some(statement.principals, ({ kind, value }: Principal) =>
          kind === "Service" ? not(value.is(...settings.unscoped)) : false,
        ),
        not(
          statement.isLimitedBy(
            (key) => key === "aws:sourceaccount" || key === "aws:sourcearn" || key === "sts:externalid",
          ),
        ),
      ),
    );
    expect(role, not(isLoose), "may be taken by a service for any account");
  },
});

function trustOf(role: Resource): Statement[] | Unknown {
  return statementsOf(role.at("assumeRolePolicy"));
}
