import type { Registration } from "../../local/graph/registration.ts";
import * as t from "../../policypack/core/types.ts";
import { registration } from "../support/policies.ts";

/** Stacks that a policy has nothing to say about, and that it must object to. */
export interface Cases {
  passing: Registration[];
  failing: Registration[];
}

type Inputs = Record<string, unknown>;

const KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/1";
const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:";
const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:fn";
const DAY = 86_400;

const queue = (inputs: Inputs = {}, name = "queue") =>
  registration(t.QUEUE, name, { name, ...inputs }, { outputs: { arn: QUEUE_ARN + name, url: `https://sqs/${name}` } });
const fn = (inputs: Inputs = {}, name = "fn") =>
  registration(t.FUNCTION, name, { name, ...inputs }, { outputs: { arn: FUNCTION_ARN.replace(/fn$/, name) } });
const mapping = (inputs: Inputs = {}, name = "mapping") =>
  registration(t.EVENT_SOURCE_MAPPING, name, {
    eventSourceArn: `${QUEUE_ARN}queue`,
    functionName: FUNCTION_ARN,
    ...inputs,
  });
const alarm = (inputs: Inputs = {}) => registration(t.METRIC_ALARM, "alarm", inputs);
const bucket = (inputs: Inputs = {}) => registration(t.BUCKET[0], "bucket", { bucket: "b", ...inputs });
const ofBucket = (type: string, inputs: Inputs) => registration(type, "attached", { bucket: "b", ...inputs });
const role = (inputs: Inputs = {}) =>
  registration(t.ROLE, "role", { name: "r", ...inputs }, { outputs: { arn: "arn:aws:iam::123456789012:role/r" } });
const stream = (inputs: Inputs) => registration(t.DELIVERY_STREAM, "stream", inputs);

export const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (statement: object) => document({ Effect: "Allow", ...statement });
const NO_TLS = {
  Effect: "Deny",
  Principal: "*",
  Action: "*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const SCOPED = { StringEquals: { "aws:SourceAccount": "123456789012" } };
const PUBLIC = allow({ Principal: { AWS: "*" }, Action: "x:Do", Resource: "a" });
const NAMED = allow({ Principal: "*", Action: "x:Do", Resource: "a", Condition: SCOPED });
const policyOf = (statement: object) => registration(t.ROLE_POLICY, "policy", { role: "r", policy: allow(statement) });
const redrive = (to = "dlq", maxReceiveCount: unknown = 10) =>
  JSON.stringify({ deadLetterTargetArn: QUEUE_ARN + to, maxReceiveCount });

/** One resource with these inputs, and with those. */
const each = (type: string, passing: Inputs, failing: Inputs): Cases => ({
  passing: [registration(type, "one", passing)],
  failing: [registration(type, "one", failing)],
});
const fns = (passing: Inputs, failing: Inputs) => each(t.FUNCTION, passing, failing);
const mappings = (passing: Inputs, failing: Inputs): Cases => ({
  passing: [mapping(passing)],
  failing: [mapping(failing)],
});
const buckets = (type: string, passing: Inputs): Cases => ({
  passing: [bucket(), ofBucket(type, passing)],
  failing: [bucket()],
});

const dlq = (inputs: Inputs = {}) => queue({ messageRetentionSeconds: 14 * DAY, ...inputs }, "dlq");
const source = () => queue({ redrivePolicy: redrive() });
const ageAlarm = (queueName: string) =>
  alarm({ namespace: "AWS/SQS", metricName: "ApproximateAgeOfOldestMessage", dimensions: { QueueName: queueName } });
const failures = [
  queue({}, "failures"),
  mapping({ destinationConfig: { onFailure: { destinationArn: `${QUEUE_ARN}failures` } } }),
];
const partial = [queue(), fn(), mapping({ functionResponseTypes: ["ReportBatchItemFailures"] })];
const vpcFn = fn({ role: "r", vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } });
const publishes = policyOf({ Action: "sns:Publish", Resource: "arn" });
const endpoint = (service: string) =>
  registration(t.VPC_ENDPOINT, "endpoint", { vpcId: "v", serviceName: `com.amazonaws.eu-west-1.${service}` });
const iceberg = (inputs: Inputs) =>
  stream({
    icebergConfiguration: {
      s3Configuration: { errorOutputPrefix: "failed/!{firehose:error-output-type}/" },
      ...inputs,
    },
  });
const transform = (value: string) => ({
  processingConfiguration: {
    processors: [{ type: "Lambda", parameters: [{ parameterName: "BufferSizeInMBs", parameterValue: value }] }],
  },
});
const topic = registration(t.TOPIC, "topic", { kmsMasterKeyId: KEY_ARN }, { outputs: { arn: "arn:topic" } });
const tells = alarm({ alarmActions: ["arn:topic"] });
const key = (actions: string[]) =>
  registration(
    t.KEY,
    "key",
    { policy: allow({ Principal: { Service: "cloudwatch.amazonaws.com" }, Action: actions, Resource: "*" }) },
    { outputs: { arn: KEY_ARN } },
  );

export const CASES: Readonly<Record<string, Cases>> = {
  "sqs-queue-customer-key": each(t.QUEUE, { kmsMasterKeyId: KEY_ARN }, { kmsMasterKeyId: "alias/aws/sqs" }),
  "sqs-queue-tls-only": {
    passing: [
      queue(),
      registration(t.QUEUE_POLICY, "policy", { queueUrl: "https://sqs/queue", policy: document(NO_TLS) }),
    ],
    failing: [queue({ policy: NAMED })],
  },
  "sqs-queue-not-public": each(t.QUEUE_POLICY, { policy: NAMED }, { policy: PUBLIC }),
  "sqs-queue-policy-no-star-action": each(
    t.QUEUE_POLICY,
    { policy: allow({ Principal: { AWS: "1" }, Action: "sqs:SendMessage" }) },
    { policy: allow({ Principal: { AWS: "1" }, Action: ["sqs:*"] }) },
  ),
  "sqs-visibility-covers-timeout": {
    passing: [queue({ visibilityTimeoutSeconds: 60 }), fn({ timeout: 60 }), mapping()],
    failing: [queue(), fn({ timeout: 31 }), mapping()],
  },
  "sqs-visibility-six-timeouts": {
    passing: [queue({ visibilityTimeoutSeconds: 60 }), fn({ timeout: 10 }), mapping()],
    failing: [queue({ visibilityTimeoutSeconds: 59 }), fn({ timeout: 10 }), mapping()],
  },
  "sqs-dead-letter-queue": { passing: [source(), dlq(), ...failures], failing: [queue(), dlq()] },
  "sqs-max-receive-count": {
    passing: [queue({ redrivePolicy: redrive("dlq", 5) }), queue({ redrivePolicy: redrive("dlq", "5") }, "b")],
    failing: [queue({ redrivePolicy: redrive("dlq", 4) })],
  },
  "sqs-dead-letter-retention": {
    passing: [queue({ messageRetentionSeconds: 7 * DAY - 1, redrivePolicy: redrive() }), dlq()],
    failing: [queue({ messageRetentionSeconds: 7 * DAY, redrivePolicy: redrive() }), dlq()],
  },
  "sqs-dead-letter-consumed": {
    passing: [source(), dlq(), mapping({ eventSourceArn: `${QUEUE_ARN}dlq` })],
    failing: [source(), dlq(), mapping({ eventSourceArn: `${QUEUE_ARN}dlq`, enabled: false })],
  },
  "sqs-dead-letter-age-alarm": {
    passing: [source(), dlq(), ageAlarm("dlq")],
    failing: [source(), dlq(), ageAlarm("queue")],
  },
  "sqs-failure-destination-alarm": { passing: [...failures, ageAlarm("failures")], failing: failures },

  "mapping-report-batch-item-failures": mappings(
    { functionResponseTypes: ["ReportBatchItemFailures"] },
    { functionResponseTypes: [] },
  ),
  "mapping-maximum-concurrency": mappings({ scalingConfig: { maximumConcurrency: 2 } }, {}),
  "mapping-no-stream-options": mappings({ maximumRetryAttempts: 0 }, { bisectBatchOnFunctionError: true }),
  "mapping-batch-limits": mappings({ batchSize: 11, maximumBatchingWindowInSeconds: 1 }, { batchSize: 11 }),
  "mapping-concurrency-within-reserved": {
    passing: [
      fn({ reservedConcurrentExecutions: 5 }),
      ...["a", "b"].map((name, i) => mapping({ scalingConfig: { maximumConcurrency: i + 2 } }, name)),
    ],
    failing: [
      fn({ reservedConcurrentExecutions: 4 }),
      ...["a", "b"].map((name, i) => mapping({ scalingConfig: { maximumConcurrency: i + 2 } }, name)),
    ],
  },

  "lambda-function-vpc": fns(
    { vpcConfig: { subnetIds: ["s"], securityGroupIds: ["g"] } },
    { vpcConfig: { subnetIds: [], securityGroupIds: ["g"] } },
  ),
  "lambda-environment-customer-key": fns(
    { environment: { variables: { A: "b" } }, kmsKeyArn: KEY_ARN },
    { environment: { variables: { A: "b" } } },
  ),
  "lambda-timeout": fns({ timeout: 30 }, { timeout: 31 }),
  "lambda-memory": fns({ memorySize: 256 }, { name: "x" }),
  "lambda-environment-no-credentials": fns(
    { environment: { variables: { SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x" } } },
    { environment: { variables: { DB_PASSWORD: "correct horse battery staple" } } },
  ),
  "lambda-tracing": fns({ tracingConfig: { mode: "Active" } }, { tracingConfig: { mode: "PassThrough" } }),
  "lambda-reserved-concurrency": fns({ reservedConcurrentExecutions: 1 }, { name: "x" }),
  "lambda-runtime-supported": fns({ runtime: "nodejs22.x" }, { runtime: "nodejs18.x" }),
  "lambda-runtime-latest": fns({ runtime: "nodejs24.x" }, { runtime: "nodejs22.x" }),
  "lambda-code-signing": fns({ codeSigningConfigArn: "arn:signing" }, { name: "x" }),
  "lambda-permission-source": each(
    t.PERMISSION,
    { principal: "sns.amazonaws.com", sourceArn: "arn:topic" },
    { principal: "sns.amazonaws.com", action: "lambda:InvokeFunction" },
  ),
  "lambda-asynchronous-failures": {
    passing: [fn(), registration(t.PERMISSION, "p", { function: "fn", principal: "sqs.amazonaws.com" })],
    failing: [fn(), registration(t.PERMISSION, "p", { function: "fn", principal: "sns.amazonaws.com" })],
  },
  "lambda-log-group": {
    passing: [fn(), registration(t.LOG_GROUP, "group", { name: "/aws/lambda/fn" })],
    failing: [fn(), registration(t.LOG_GROUP, "group", { name: "/aws/lambda/other" })],
  },
  "lambda-own-role": {
    passing: [role(), fn({ role: "r" })],
    failing: [role(), fn({ role: "r" }), fn({ role: "r" }, "second")],
  },
  "lambda-url-authenticated": each(t.FUNCTION_URL, { authorizationType: "AWS_IAM" }, { authorizationType: "NONE" }),

  "firehose-customer-key": each(
    t.DELIVERY_STREAM,
    { serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: KEY_ARN } },
    { serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" } },
  ),
  "firehose-error-prefix": {
    passing: [iceberg({})],
    failing: [stream({ extendedS3Configuration: { errorOutputPrefix: "failed/" } })],
  },
  "firehose-error-log": { passing: [iceberg({ cloudwatchLoggingOptions: { enabled: true } })], failing: [iceberg({})] },
  "firehose-limits": {
    passing: [iceberg({ bufferingInterval: 900, ...transform("0.2") })],
    failing: [iceberg(transform("4"))],
  },

  "s3-public-access-blocked": buckets(t.BUCKET_PUBLIC_ACCESS_BLOCK[0], {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  }),
  "s3-customer-key": buckets(t.BUCKET_ENCRYPTION[0], {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN } }],
  }),
  "s3-bucket-key": {
    passing: [bucket()],
    failing: [
      bucket(),
      ofBucket(t.BUCKET_ENCRYPTION[0], {
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
      }),
    ],
  },
  "s3-tls-only": buckets(t.BUCKET_POLICY, { policy: document(NO_TLS) }),
  "s3-versioning": buckets(t.BUCKET_VERSIONING[0], { versioningConfiguration: { status: "Enabled" } }),
  "s3-lifecycle": buckets(t.BUCKET_LIFECYCLE[0], { rules: [{ id: "x", status: "Enabled" }] }),
  "s3-abort-uploads": buckets(t.BUCKET_LIFECYCLE[0], {
    rules: [{ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
  }),
  "s3-access-logs": buckets(t.BUCKET_LOGGING[0], { targetBucket: "logs" }),
  "s3-acls-off": { passing: [bucket()], failing: [bucket({ acl: "public-read" })] },
  "s3-not-public": each(t.BUCKET_POLICY, { policy: NAMED }, { policy: PUBLIC }),
  "s3-no-lock-out": each(
    t.BUCKET_POLICY,
    { policy: document(NO_TLS) },
    { policy: document({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }) },
  ),

  "dynamodb-customer-key": each(
    t.TABLE,
    { serverSideEncryption: { enabled: true, kmsKeyArn: KEY_ARN } },
    { serverSideEncryption: { enabled: true } },
  ),
  "dynamodb-point-in-time-recovery": each(
    t.TABLE,
    { pointInTimeRecovery: { enabled: true } },
    { pointInTimeRecovery: { enabled: false } },
  ),
  "dynamodb-on-demand": each(t.TABLE, { billingMode: "PAY_PER_REQUEST" }, { billingMode: "PROVISIONED" }),
  "dynamodb-deletion-protection": {
    passing: [registration(t.TABLE, "t", { deletionProtectionEnabled: true }, { protect: true })],
    failing: [registration(t.TABLE, "t", { deletionProtectionEnabled: false }, { protect: true })],
  },

  "sns-customer-key": each(t.TOPIC, { kmsMasterKeyId: KEY_ARN }, { kmsMasterKeyId: "alias/aws/sns" }),
  "sns-tls-only": {
    passing: [topic, registration(t.TOPIC_POLICY, "p", { arn: "arn:topic", policy: document(NO_TLS) })],
    failing: [topic],
  },
  "sns-not-public": each(t.TOPIC_POLICY, { policy: NAMED }, { policy: PUBLIC }),
  "sns-alarms-can-publish": {
    passing: [topic, tells, key(["kms:Decrypt", "kms:GenerateDataKey*"])],
    failing: [topic, tells, key(["kms:Decrypt"])],
  },

  "kms-rotation": each(t.KEY, { enableKeyRotation: true }, { enableKeyRotation: false }),
  "kms-policy-defined": each(t.KEY, { policy: NAMED }, { description: "x" }),
  "kms-not-public": each(t.KEY, { policy: NAMED }, { policy: PUBLIC }),
  "kms-services-scoped": each(
    t.KEY,
    { policy: allow({ Principal: { Service: "sns.amazonaws.com" }, Action: "kms:Decrypt", Condition: SCOPED }) },
    { policy: allow({ Principal: { Service: "sns.amazonaws.com" }, Action: "kms:Decrypt" }) },
  ),
  "kms-no-lock-out": each(
    t.KEY,
    { policy: allow({ Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" }) },
    { policy: allow({ Principal: { Service: "sns.amazonaws.com" }, Action: "kms:*", Resource: "*" }) },
  ),

  "iam-no-star-action": {
    passing: [policyOf({ Action: "sqs:SendMessage" })],
    failing: [policyOf({ Action: ["sqs:*"] })],
  },
  "iam-no-partial-star-action": {
    passing: [policyOf({ Action: "kms:GenerateDataKey*" })],
    failing: [policyOf({ Action: "s3:Get*" })],
  },
  "iam-no-star-resource": {
    passing: [policyOf({ Action: ["xray:PutTraceSegments"], Resource: "*" })],
    failing: [policyOf({ Action: "cloudwatch:PutMetricData", Resource: "*" })],
  },
  "iam-trust-not-public": each(
    t.ROLE,
    { assumeRolePolicy: allow({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }) },
    { assumeRolePolicy: allow({ Principal: { AWS: "*" }, Action: "sts:AssumeRole", Condition: SCOPED }) },
  ),
  "iam-trust-scoped": each(
    t.ROLE,
    {
      assumeRolePolicy: allow({
        Principal: { Service: "states.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: SCOPED,
      }),
    },
    { assumeRolePolicy: allow({ Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }) },
  ),
  "iam-no-administrator": each(
    t.ROLE_POLICY_ATTACHMENT,
    { policyArn: "arn:aws:iam::123456789012:policy/own" },
    { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ),
  "iam-no-aws-managed-policy": each(
    t.ROLE_POLICY_ATTACHMENT,
    { policyArn: "arn:aws:iam::123456789012:policy/own" },
    { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  ),
  "iam-inline-policy-size": {
    passing: [role(), policyOf({ Action: "x:Do", Resource: "a".repeat(10_000) })],
    failing: [role(), policyOf({ Action: "x:Do", Resource: "a".repeat(10_240) })],
  },
  "iam-no-policy-management-conflict": {
    passing: [role(), policyOf({ Action: "x:Do" })],
    failing: [role({ inlinePolicies: [{ policy: "{}" }] }), policyOf({ Action: "x:Do" })],
  },

  "logs-retention": each(t.LOG_GROUP, { retentionInDays: 7 }, { name: "x" }),
  "logs-customer-key": each(t.LOG_GROUP, { kmsKeyId: KEY_ARN }, { name: "x" }),
  "cloudwatch-alarm-actions": {
    passing: [tells],
    failing: [alarm({ alarmActions: ["arn:topic"], actionsEnabled: false })],
  },
  "cloudwatch-partial-failures-watched": {
    passing: [...partial, alarm({ namespace: "Own", metricName: "Failures", dimensions: { function: "fn" } })],
    failing: [...partial, alarm({ namespace: "AWS/Lambda", metricName: "Errors", dimensions: { FunctionName: "fn" } })],
  },

  "vpc-no-open-ingress": each(t.INGRESS_RULE, { cidrIpv4: "10.0.0.0/16" }, { cidrIpv4: "0.0.0.0/0" }),
  "vpc-no-open-egress": each(
    t.SECURITY_GROUP,
    { egress: [{ cidrBlocks: ["10.0.0.0/16"] }] },
    { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
  ),
  "vpc-security-group-described": each(
    t.INGRESS_RULE,
    { description: "from the functions" },
    { cidrIpv4: "10.0.0.0/16" },
  ),
  "vpc-default-group-closed": {
    passing: [
      registration(t.VPC, "v", { id: "v" }),
      registration(t.DEFAULT_SECURITY_GROUP, "d", { vpcId: "v", ingress: [], egress: [] }),
    ],
    failing: [registration(t.VPC, "v", { id: "v" })],
  },
  "vpc-flow-logs": {
    passing: [registration(t.VPC, "v", { id: "v" }), registration(t.FLOW_LOG, "l", { vpcId: "v" })],
    failing: [registration(t.VPC, "v", { id: "v" })],
  },
  "vpc-no-public-addresses": each(t.SUBNET, { mapPublicIpOnLaunch: false }, { mapPublicIpOnLaunch: true }),
  "vpc-no-network-acls": { passing: [], failing: [registration(t.NETWORK_ACL, "acl", { vpcId: "v" })] },
  "vpc-function-endpoints": {
    passing: [role(), publishes, vpcFn, endpoint("sns")],
    failing: [role(), publishes, vpcFn, endpoint("sqs")],
  },

  "athena-customer-key": each(
    t.WORKGROUP,
    {
      configuration: {
        resultConfiguration: { encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: KEY_ARN } },
      },
    },
    { configuration: { resultConfiguration: { encryptionConfiguration: { encryptionOption: "SSE_S3" } } } },
  ),
  "athena-enforced": each(
    t.WORKGROUP,
    { configuration: {} },
    { configuration: { enforceWorkgroupConfiguration: false } },
  ),
  "athena-scan-limit": each(t.WORKGROUP, { configuration: { bytesScannedCutoffPerQuery: 10 } }, { configuration: {} }),
  "glue-catalog-encrypted": {
    passing: [
      registration(t.CATALOG_DATABASE, "db", { name: "db" }),
      registration(t.CATALOG_ENCRYPTION, "e", {
        dataCatalogEncryptionSettings: { encryptionAtRest: { catalogEncryptionMode: "SSE-KMS" } },
      }),
    ],
    failing: [registration(t.CATALOG_DATABASE, "db", { name: "db" })],
  },
  "scheduler-dead-letter-queue": each(
    t.SCHEDULE,
    { target: { deadLetterConfig: { arn: "a" } } },
    { target: { arn: "a" } },
  ),
  "scheduler-customer-key": each(t.SCHEDULE, { kmsKeyArn: KEY_ARN }, { name: "x" }),
  "states-logs": each(
    t.STATE_MACHINE,
    { loggingConfiguration: { level: "ALL", logDestination: "arn:logs:*" } },
    { loggingConfiguration: { level: "ERROR", logDestination: "arn:logs:*" } },
  ),
  "states-tracing": each(
    t.STATE_MACHINE,
    { tracingConfiguration: { enabled: true } },
    { tracingConfiguration: { enabled: false } },
  ),
  "states-customer-key": each(
    t.STATE_MACHINE,
    { encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: KEY_ARN } },
    { encryptionConfiguration: { type: "AWS_OWNED_KEY" } },
  ),
};
