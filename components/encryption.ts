import * as kms from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type Placement, policyDocument } from "./policy.ts";

export interface EncryptionArgs {
  names: Names;
  settings: Pick<Settings, "deletionProtection">;
  placement: Placement;
}

/** The longest that KMS allows: time to take a deletion back (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html). */
const DELETION_WINDOW_DAYS = 30;

/** What a publisher to an encrypted topic needs of its key: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export const PUBLISHER_KEY_ACTIONS = ["kms:GenerateDataKey*", "kms:Decrypt"];

/** The stack's own keys. */
export class Encryption extends pulumi.ComponentResource {
  /** Of the topics to which alarms publish. */
  readonly notificationsKey: kms.Key;

  constructor(name: string, args: EncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Encryption", name, {}, opts);
    const { names, settings, placement } = args;

    // A key of AWS's own would do without a policy, but alarms cannot use it
    // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html).
    this.notificationsKey = new kms.Key(
      `${name}-notifications`,
      {
        description: `Encrypts what the alarms of ${names.prefix} publish`,
        enableKeyRotation: true,
        deletionWindowInDays: DELETION_WINDOW_DAYS,
        policy: policyDocument([
          {
            // Leaves the rest to the account's own policies; without it nobody could ever change this one
            // (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
            Sid: "Account",
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${placement.account}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Sid: "Alarms",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: PUBLISHER_KEY_ACTIONS,
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": placement.account } },
          },
        ]),
      },
      { parent: this, protect: settings.deletionProtection },
    );
    new kms.Alias(
      `${name}-notifications`,
      { name: names.notificationsKeyAlias, targetKeyId: this.notificationsKey.keyId },
      { parent: this },
    );

    this.registerOutputs();
  }
}
