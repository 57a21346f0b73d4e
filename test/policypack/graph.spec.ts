import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../local/graph/evaluate.ts";
import type { Registration } from "../../local/graph/registration.ts";
import type { Diagnostic } from "../../local/policy/pack.ts";
import { readExemptions } from "../../policypack/core/exemptions.ts";
import { noticeIn } from "../../policypack/core/notices.ts";
import { POLICIES } from "../../policypack/policies.ts";
import { judged } from "../support/policies.ts";
import { document } from "./cases.ts";

const file = fileURLToPath(new URL("../../policypack/exemptions.yaml", import.meta.url));
const exemptions = readExemptions(readFileSync(file, "utf8"), POLICIES, "exemptions.yaml");

async function registrationsOf(stack: string, preview = false): Promise<Registration[]> {
  const found: Registration[] = [];
  await evaluate(stack, { preview, registered: (registration) => found.push(withoutCode(registration)) });
  return found;
}

/** Functions' code is most of a stack, and no policy reads it. */
function withoutCode(one: Registration): Registration {
  const { inputs, outputs } = one;
  return "code" in inputs ? { ...one, inputs: { ...inputs, code: null }, outputs: { ...outputs, code: null } } : one;
}

const mandatory = (found: readonly Diagnostic[]) =>
  found.filter(({ level }) => level === "mandatory").map(({ policy, urn }) => `${policy} ${urn?.split("::").at(-1)}`);
const notEvaluated = (found: readonly Diagnostic[]) =>
  found.filter(({ message }) => noticeIn(message) === "notEvaluated");

type Inputs = Record<string, unknown>;
type Change = [policy: string, resource: string, change: (inputs: Inputs) => Inputs];

const without = (property: string) => (inputs: Inputs) => {
  const { [property]: _, ...rest } = inputs;
  return rest;
};
const withValues = (values: Inputs) => (inputs: Inputs) => ({ ...inputs, ...values });
const withStatement = (property: string, statement: object) => (inputs: Inputs) => ({
  ...inputs,
  [property]: document({ Effect: "Allow", ...statement }),
});
const redrive = (values: Inputs) => (inputs: Inputs) => ({
  ...inputs,
  redrivePolicy: JSON.stringify({ ...JSON.parse(String(inputs.redrivePolicy)), ...values }),
});

const inside = (property: string, change: (inputs: Inputs) => Inputs) => (inputs: Inputs) => ({
  ...inputs,
  [property]: change(inputs[property] as Inputs),
});

/** One change of one property each, of the dev stack: the checklist first, then the lessons. */
const CHANGES: readonly Change[] = [
  ["sqs-queue-customer-key", "messaging-topic-orders", without("kmsMasterKeyId")],
  ["dynamodb-customer-key", "archive-error-tracker", withValues({ serverSideEncryption: { enabled: true } })],
  ["firehose-customer-key", "delivery-stream", without("serverSideEncryption")],
  ["sns-customer-key", "alerts-topic", without("kmsMasterKeyId")],
  [
    "s3-customer-key",
    "archive-encryption",
    withValues({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
  ],
  ["logs-customer-key", "compute-sqs-processor-logs", without("kmsKeyId")],
  ["lambda-environment-customer-key", "compute-sqs-processor-function", without("kmsKeyArn")],
  ["lambda-function-vpc", "compute-sqs-processor-function", without("vpcConfig")],
  [
    "athena-customer-key",
    "lake-queries-workgroup",
    inside("configuration", inside("resultConfiguration", without("encryptionConfiguration"))),
  ],
  ["states-customer-key", "refinery-machine", without("encryptionConfiguration")],
  [
    "iam-no-star-action",
    "compute-sqs-processor-policy",
    withStatement("policy", { Action: "sqs:*", Resource: "arn:aws:sqs:::a" }),
  ],
  [
    "iam-no-star-resource",
    "compute-sqs-processor-policy",
    withStatement("policy", { Action: "sqs:SendMessage", Resource: "*" }),
  ],
  [
    "iam-no-star-resource",
    "compute-sqs-processor-policy",
    withStatement("policy", { Action: "cloudwatch:PutMetricData", Resource: "*" }),
  ],
  [
    "iam-trust-not-public",
    "compute-sqs-processor-role",
    withStatement("assumeRolePolicy", { Principal: "*", Action: "sts:AssumeRole" }),
  ],
  [
    "iam-trust-scoped",
    "breaker-schedule-role",
    withStatement("assumeRolePolicy", { Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }),
  ],
  [
    "sqs-queue-not-public",
    "archive-delivery-errors",
    withStatement("policy", { Principal: "*", Action: "sqs:SendMessage", Resource: "*" }),
  ],
  [
    "s3-not-public",
    "archive-policy",
    withStatement("policy", { Principal: "*", Action: "s3:GetObject", Resource: "*" }),
  ],
  [
    "sns-not-public",
    "alerts-policy",
    withStatement("policy", { Principal: "*", Action: "sns:Publish", Resource: "*" }),
  ],
  ["kms-not-public", "encryption-data", withStatement("policy", { Principal: "*", Action: "kms:*", Resource: "*" })],
  ["mapping-report-batch-item-failures", "compute-orders", without("functionResponseTypes")],
  ["lambda-timeout", "compute-sqs-processor-function", withValues({ timeout: 31 })],
  ["mapping-maximum-concurrency", "compute-orders", without("scalingConfig")],
  [
    "mapping-concurrency-within-reserved",
    "compute-sqs-processor-function",
    withValues({ reservedConcurrentExecutions: 149 }),
  ],
  ["sqs-dead-letter-retention", "messaging-topic-orders", withValues({ messageRetentionSeconds: 7 * 86_400 })],
  ["sqs-visibility-covers-timeout", "messaging-topic-orders", withValues({ visibilityTimeoutSeconds: 29 })],
  ["sqs-max-receive-count", "messaging-topic-orders", redrive({ maxReceiveCount: 4 })],
  ["sqs-dead-letter-queue", "messaging-topic-orders", without("redrivePolicy")],
  ["sqs-dead-letter-consumed", "archive-dead-letters", withValues({ enabled: false })],
  ["sqs-dead-letter-age-alarm", "observability-dlq-age", withValues({ metricName: "NumberOfMessagesSent" })],
  ["mapping-no-stream-options", "compute-orders", withValues({ bisectBatchOnFunctionError: true })],
  ["cloudwatch-alarm-actions", "observability-dlq-age", withValues({ alarmActions: [] })],
  [
    "sqs-failure-destination-alarm",
    "observability-replay-failures",
    withValues({ dimensions: { QueueName: "other" } }),
  ],
  ["firehose-limits", "delivery-stream", inside("icebergConfiguration", withValues({ retryDuration: 7201 }))],
  [
    "firehose-error-prefix",
    "delivery-stream",
    inside("icebergConfiguration", inside("s3Configuration", withValues({ errorOutputPrefix: "failed/" }))),
  ],
  [
    "iam-inline-policy-size",
    "compute-sqs-processor-policy",
    withStatement("policy", { Action: "sqs:SendMessage", Resource: "a".repeat(10_240) }),
  ],
  [
    "vpc-function-endpoints",
    "compute-sqs-processor-policy",
    withStatement("policy", { Action: "athena:StartQueryExecution", Resource: "arn:aws:athena:::workgroup/a" }),
  ],
  ["vpc-no-open-ingress", "network-from-functions", withValues({ cidrIpv4: "0.0.0.0/0" })],
  ["vpc-no-open-egress", "network-to-endpoints", withValues({ cidrIpv4: "0.0.0.0/0" })],
];

describe("the policies over the program", function () {
  this.timeout(240_000);
  let dev: Registration[];

  before(async () => {
    dev = await registrationsOf("dev");
  });

  for (const stack of ["dev", "prod"]) {
    it(`find nothing mandatory in ${stack}, and could judge all of it`, async () => {
      const found = await judged(POLICIES, await registrationsOf(stack), { exemptions });
      assert.deepEqual(mandatory(found), []);
      assert.deepEqual(notEvaluated(found), []);
    });
  }

  for (const [policy, resource, change] of CHANGES) {
    it(`${policy} objects to a changed ${resource}`, async () => {
      assert.ok(
        dev.some(({ name }) => name === resource),
        "the stack has no such resource",
      );
      const changed = dev.map((one) =>
        one.name === resource && one.custom
          ? { ...one, inputs: change(one.inputs), outputs: change(one.outputs) }
          : one,
      );
      const own = POLICIES.filter(({ name }) => name === policy);
      const found = mandatory(await judged(own, changed, { exemptions }));
      assert.notDeepEqual(found, []);
    });
  }

  it("cloudwatch-partial-failures-watched objects to Errors as the only alarms", async () => {
    const own = POLICIES.filter(({ name }) => name === "cloudwatch-partial-failures-watched");
    const left = dev.filter(({ type, inputs }) => !type.endsWith(":MetricAlarm") || inputs.metricName === "Errors");
    const found = mandatory(await judged(own, left));
    assert.ok(found.includes("cloudwatch-partial-failures-watched compute-sqs-processor-function"));
  });

  it("sqs-visibility-six-timeouts advises against the dev stack's visibility, where nothing exempts it", async () => {
    const own = POLICIES.filter(({ name }) => name === "sqs-visibility-six-timeouts");
    const found = await judged(own, dev);
    assert.ok(found.some(({ level, urn }) => level === "advisory" && urn?.endsWith("::messaging-topic-orders")));
  });

  it("vpc-flow-logs objects to a stack without its flow log", async () => {
    const own = POLICIES.filter(({ name }) => name === "vpc-flow-logs");
    const left = dev.filter(({ name }) => name !== "network-flow-logs");
    assert.deepEqual(mandatory(await judged(own, left)), ["vpc-flow-logs network"]);
  });

  it("sns-alarms-can-publish objects to a key that does not admit CloudWatch", async () => {
    const own = POLICIES.filter(({ name }) => name === "sns-alarms-can-publish");
    const closed = (inputs: Inputs) => ({
      ...inputs,
      policy: document({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      }),
    });
    const changed = dev.map((one) =>
      one.type.endsWith("key:Key") ? { ...one, inputs: closed(one.inputs), outputs: closed(one.outputs) } : one,
    );
    assert.notDeepEqual(mandatory(await judged(own, changed)), []);
  });

  it("say of a new stack's preview what they could not judge, and object to nothing", async () => {
    const found = await judged(POLICIES, await registrationsOf("dev", true), { exemptions });
    assert.deepEqual(mandatory(found), []);
    const silent = notEvaluated(found).map(({ policy }) => policy);
    for (const policy of ["iam-no-star-action", "iam-no-star-resource", "sns-not-public"])
      assert.ok(silent.includes(policy));
  });

  it("object in a preview to what is known, whatever else is not", async () => {
    const preview = await registrationsOf("dev", true);
    const changed = preview.map((one) =>
      one.name === "compute-orders" && one.custom
        ? {
            ...one,
            inputs: without("functionResponseTypes")(one.inputs),
            outputs: without("functionResponseTypes")(one.outputs),
          }
        : one,
    );
    const found = await judged(POLICIES, changed, { exemptions });
    assert.deepEqual(mandatory(found), ["mapping-report-batch-item-failures compute-orders"]);
  });
});
