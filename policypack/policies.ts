import * as athena from "./athena.ts";
import * as cloudwatch from "./cloudwatch.ts";
import type { Policy } from "./core/policy.ts";
import * as dynamodb from "./dynamodb.ts";
import * as eventSourceMapping from "./event-source-mapping.ts";
import * as firehose from "./firehose.ts";
import * as glue from "./glue.ts";
import * as iam from "./iam.ts";
import * as iamTrust from "./iam-trust.ts";
import * as kms from "./kms.ts";
import * as lambda from "./lambda.ts";
import * as lambdaInvocation from "./lambda-invocation.ts";
import * as logs from "./logs.ts";
import * as s3 from "./s3.ts";
import * as scheduler from "./scheduler.ts";
import * as sns from "./sns.ts";
import * as sqs from "./sqs.ts";
import * as sqsDeadLetters from "./sqs-dead-letters.ts";
import * as states from "./states.ts";
import * as vpc from "./vpc.ts";

/** Every policy by the service that it is about; a file that is not listed here is in force nowhere. */
export const POLICIES_BY_SERVICE: Readonly<Record<string, readonly Policy[]>> = {
  SQS: [...Object.values(sqs), ...Object.values(sqsDeadLetters)],
  "Lambda: event source mappings": Object.values(eventSourceMapping),
  Lambda: [...Object.values(lambda), ...Object.values(lambdaInvocation)],
  Firehose: Object.values(firehose),
  S3: Object.values(s3),
  DynamoDB: Object.values(dynamodb),
  SNS: Object.values(sns),
  KMS: Object.values(kms),
  IAM: [...Object.values(iam), ...Object.values(iamTrust)],
  "CloudWatch Logs": Object.values(logs),
  CloudWatch: Object.values(cloudwatch),
  VPC: Object.values(vpc),
  Athena: Object.values(athena),
  Glue: Object.values(glue),
  "EventBridge Scheduler": Object.values(scheduler),
  "Step Functions": Object.values(states),
};

export const POLICIES: readonly Policy[] = Object.values(POLICIES_BY_SERVICE).flat();
