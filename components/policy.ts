import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";

/** Where a stack lives, and what is asked of every role there. Account and region are asked of AWS, not set twice. */
export interface Placement {
  account: pulumi.Input<string>;
  region: pulumi.Input<string>;
  /** ARN of the policy that no role may exceed. */
  permissionsBoundary?: string | undefined;
}

/**
 * What a caller needs of a key to read, or to write, what a service encrypts with it. Writing includes reading: S3 reads
 * the parts of an upload again, and SQS a data key that it uses again
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html).
 */
export const DECRYPT = ["kms:Decrypt"];
export const ENCRYPT = ["kms:GenerateDataKey", "kms:Decrypt"];

export interface KeyUse {
  sid: string;
  key: pulumi.Input<string>;
  actions: readonly string[];
  /** Those that call the key for the role: by itself the role can do nothing with it. */
  via: readonly ("dynamodb" | "s3" | "sns" | "sqs")[];
}

/** Lets a role use a key through services (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service). */
export function keyUse({ sid, key, actions, via }: KeyUse, { region }: Placement): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: [...actions],
    Resource: key,
    Condition: {
      StringEquals: { "kms:ViaService": via.map((service) => pulumi.interpolate`${service}.${region}.amazonaws.com`) },
    },
  };
}

/**
 * Limits the use of a key to what a state machine logs, on its way to CloudWatch Logs
 * (https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html, step 3).
 */
export function deliveredLogs({ account, region }: Placement): NonNullable<PolicyStatement["Condition"]> {
  return { StringLike: { "kms:EncryptionContext:SourceArn": pulumi.interpolate`arn:aws:logs:${region}:${account}:*` } };
}

/** A policy document as JSON text; unknown while one of its parts is. */
export function policyDocument(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets an AWS service take a role. */
export function trustOf(service: string): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}

/**
 * The topics' queues, by prefix: 1,000 queue ARNs are far more than the 10,240 characters of a role's inline policies
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export function topicQueueArns({ topicQueuePrefix }: Names, { account, region }: Placement): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:sqs:${region}:${account}:${topicQueuePrefix}*`;
}

/**
 * Goes with `s3:GetObject` for a reader to whom an object may be missing: without it S3 answers AccessDenied, and not
 * NoSuchKey (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). A condition on the prefix would never
 * hold for such a reader, whose call has none.
 */
export function tellsWhatIsMissing(bucketArn: PolicyStatement["Resource"]): PolicyStatement {
  return { Sid: "TellWhatIsMissing", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn };
}
