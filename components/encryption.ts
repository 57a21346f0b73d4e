import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as kms from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { KeyPurpose, Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { DECRYPT, deliveredLogs, ENCRYPT, type Placement, policyDocument } from "./policy.ts";
import { keyUsersAmong } from "./producers.ts";

export interface EncryptionArgs {
  names: Names;
  settings: Pick<Settings, "deletionProtection" | "producers">;
  placement: Placement;
}

/** The longest that KMS allows: time to take a deletion back (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html). */
const DELETION_WINDOW_DAYS = 30;

/** What a publisher to an encrypted topic needs of its key: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export const PUBLISHER_KEY_ACTIONS = ["kms:GenerateDataKey*", "kms:Decrypt"];

const DESCRIPTIONS: Readonly<Record<KeyPurpose, (prefix: string) => string>> = {
  messages: (prefix) => `Encrypts the messages in the queues of ${prefix}`,
  data: (prefix) => `Encrypts the buckets, the tables and the delivery stream of ${prefix}`,
  notifications: (prefix) => `Encrypts what the alarms of ${prefix} publish`,
  operations: (prefix) => `Encrypts the logs and the functions' environments of ${prefix}`,
};

/** The keys' ARNs: one for each group of people and services that may use it, and no more: docs/decisions.md, "Four keys". */
export type Keys = Readonly<Record<KeyPurpose, pulumi.Input<string>>>;

/**
 * The stack's own keys. The account's policies say which roles use them, each through the services that encrypt; a key's
 * own policy admits those services that call in their own name.
 */
export class Encryption extends pulumi.ComponentResource {
  readonly keys: Keys;

  constructor(name: string, args: EncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Encryption", name, {}, opts);
    const { names, settings } = args;

    const protect = settings.deletionProtection;
    const services = serviceStatements(args);
    const keyFor = (purpose: KeyPurpose) => {
      const key = new kms.Key(
        `${name}-${purpose}`,
        {
          description: DESCRIPTIONS[purpose](names.prefix),
          enableKeyRotation: true,
          deletionWindowInDays: DELETION_WINDOW_DAYS,
          policy: policyDocument([accountStatement(args.placement), ...services[purpose]]),
        },
        { parent: this, protect, retainOnDelete: protect },
      );
      new kms.Alias(`${name}-${purpose}`, { name: names.keyAlias(purpose), targetKeyId: key.keyId }, { parent: this });
      return key.arn;
    };
    this.keys = {
      messages: keyFor("messages"),
      data: keyFor("data"),
      notifications: keyFor("notifications"),
      operations: keyFor("operations"),
    };

    this.registerOutputs();
  }
}

/**
 * Leaves the rest to the account's own policies; without it nobody could ever change this one
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
 */
function accountStatement({ account }: Placement): PolicyStatement {
  return {
    Sid: "Account",
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/** Of those whom only a key's own policy can admit: services that have no role here, and other accounts. */
function serviceStatements({ names, settings, placement }: EncryptionArgs): Record<KeyPurpose, PolicyStatement[]> {
  const { account, region } = placement;
  const logGroup = (group: string) => pulumi.interpolate`arn:aws:logs:${region}:${account}:log-group:${group}`;
  return {
    messages: [
      {
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        Sid: "ErrorBucketTells",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: ENCRYPT,
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:SourceArn": pulumi.output(account).apply((id) => `arn:aws:s3:::${names.errorBucket(id)}`) },
          StringEquals: { "aws:SourceAccount": account },
        },
      },
      ...keyUsersAmong(settings.producers, placement),
    ],
    // Its other users call with roles, or by grants that whoever makes a table or a stream gives the service
    // (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html,
    // https://docs.aws.amazon.com/firehose/latest/dev/encryption.html).
    data: [
      {
        // Step 3 of https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html. AWS's example has no
        // condition; KMS decrypts in the context alone in which the machine's role has encrypted.
        Sid: "MachineLogs",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: DECRYPT,
        Resource: "*",
        Condition: deliveredLogs(placement),
      },
    ],
    notifications: [
      {
        // A key of AWS's own has a policy that does not admit alarms
        // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html).
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: PUBLISHER_KEY_ACTIONS,
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
    operations: [
      {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": names.logGroups.map(logGroup) },
        },
      },
    ],
  };
}
