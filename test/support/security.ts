import type { AccessLogTarget } from "../../components/hardened-bucket.ts";
import type { FunctionDefaults } from "../../components/hardened-function.ts";
import type { KeyPurpose } from "../../settings/names.ts";
import { PLACEMENT } from "./mocks.ts";

/** ARNs of keys, as a component is given them. */
export const KEYS = {
  messages: "arn:aws:kms:eu-west-1:123456789012:key/messages",
  data: "arn:aws:kms:eu-west-1:123456789012:key/data",
  notifications: "arn:aws:kms:eu-west-1:123456789012:key/notifications",
  operations: "arn:aws:kms:eu-west-1:123456789012:key/operations",
} satisfies Record<KeyPurpose, string>;

export const FUNCTION_DEFAULTS: FunctionDefaults = {
  placement: PLACEMENT,
  key: KEYS.operations,
  network: { subnetIds: ["subnet-1", "subnet-2"], securityGroupId: "sg-1", ways: [] },
  logRetentionDays: 7,
};

/** Where S3 writes a bucket's access logs, as a component is given it. */
export const ACCESS_LOGS: AccessLogTarget = { bucket: "lean-ops-test-access-logs", ways: [] };

/** The statement of a queue's policy that every queue has. */
export function queueOverTls(arn: string) {
  return {
    Sid: "OnlyOverTls",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** The statements that every function's role has, by their ids. */
export const COMMON_STATEMENTS = [
  "OwnLogs",
  "Traces",
  "FindNetworkInterfaces",
  "MakeNetworkInterfaces",
  "NoNetworkInterfacesByCode",
];

/** The statement that lets a role use a key through services, as the role's policy has it. */
export function keyStatement(sid: string, purpose: KeyPurpose, actions: string[], via: string[]) {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions.map((action) => `kms:${action}`),
    Resource: KEYS[purpose],
    Condition: { StringEquals: { "kms:ViaService": via.map((service) => `${service}.eu-west-1.amazonaws.com`) } },
  };
}
