import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";

/** Where a stack lives. Both are asked of AWS, not set twice. */
export interface Placement {
  account: pulumi.Input<string>;
  region: pulumi.Input<string>;
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
