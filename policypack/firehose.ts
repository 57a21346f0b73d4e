import { some } from "./core/document.ts";
import type { Input } from "./core/input.ts";
import { resourcePolicy } from "./core/policy.ts";
import type { Resource } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import { DELIVERY_STREAM, KEY } from "./core/types.ts";

export const streamCustomerKey = resourcePolicy({
  name: "firehose-customer-key",
  type: DELIVERY_STREAM,
  description: "A delivery stream encrypts what it holds with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason: "Records wait in the stream, for up to a day if their destination is away.",
  fix: 'Set serverSideEncryption with enabled, keyType "CUSTOMER_MANAGED_CMK" and a keyArn.',
  url: "https://docs.aws.amazon.com/firehose/latest/dev/encryption.html",
  peers: { cdkNag: ["KDF1"], checkov: ["CKV_AWS_240", "CKV_AWS_241"] },
  check(stream, { expect }) {
    const isOwn = all(
      stream.at("serverSideEncryption", "enabled").is(true),
      stream.at("serverSideEncryption", "keyType").is("CUSTOMER_MANAGED_CMK"),
      stream.isSetFrom(KEY, "serverSideEncryption", "keyArn"),
    );
    // What comes from a Kinesis stream is encrypted there.
    const fromStream = stream.at("kinesisSourceConfiguration").isSet;
    expect(stream, any(isOwn, fromStream), "does not encrypt with a key of its own");
  },
});

export const errorPrefix = resourcePolicy({
  name: "firehose-error-prefix",
  type: DELIVERY_STREAM,
  description: "What a delivery stream cannot deliver goes under a prefix of its own.",
  level: "mandatory",
  severity: "high",
  reason: "Otherwise failed records lie among the good ones, where nobody finds them again.",
  fix: "Set errorOutputPrefix, with !{firehose:error-output-type} in it, on the S3 configuration.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html",
  check(stream, { expect }) {
    for (const [name, s3] of s3Configurations(stream)) {
      const prefix = s3.at("errorOutputPrefix");
      const isGood = prefix.matches((text) => text.includes("!{firehose:error-output-type}"));
      expect(stream, any(not(s3.isSet), isGood), `has no errorOutputPrefix with the kind of error in ${name}`);
    }
  },
});

export const errorLogging = resourcePolicy({
  name: "firehose-error-log",
  type: DELIVERY_STREAM,
  description: "A delivery stream logs what it could not deliver, and why.",
  level: "advisory",
  severity: "medium",
  reason: "The reason of a failed delivery stands nowhere else.",
  fix: "Set cloudwatchLoggingOptions with enabled, a log group and a log stream.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html",
  check(stream, { expect }) {
    for (const [name, destination] of destinations(stream)) {
      const logs = destination.at("cloudwatchLoggingOptions", "enabled").is(true);
      expect(stream, any(not(destination.isSet), logs), `logs no errors of ${name}`);
    }
  },
});

/** A number that Firehose takes, with its unit. */
type Limit = [path: readonly string[], min: number, max: number, unit: string];

const LIMITS: readonly Limit[] = [
  [["bufferingInterval"], 0, 900, "s"],
  [["bufferingSize"], 1, 128, "MB"],
  [["retryDuration"], 0, 7200, "s"],
];

/** Of a processor's parameters (https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html). */
const PARAMETER_LIMITS: Readonly<Record<string, [min: number, max: number, unit: string]>> = {
  BufferIntervalInSeconds: [0, 900, "s"],
  BufferSizeInMBs: [0.2, 3, "MB"],
  NumberOfRetries: [0, 300, "times"],
};

export const limits = resourcePolicy({
  name: "firehose-limits",
  type: DELIVERY_STREAM,
  description: "A delivery stream's buffers and retries keep to Firehose's limits.",
  level: "mandatory",
  severity: "medium",
  reason: "Firehose refuses what exceeds them, and a preview does not tell.",
  fix: "Set the value within the limits.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/limits.html",
  check(stream, { expect }) {
    for (const [name, destination] of destinations(stream)) {
      for (const [path, min, max, unit] of LIMITS) {
        const isWithin = within(destination.at(...path), min, max);
        expect(stream, isWithin, `has a ${path.join(".")} in ${name} that is not from ${min} to ${max} ${unit}`);
      }
      const { items } = destination.at("processingConfiguration", "processors");
      for (const processor of items instanceof Unknown ? [] : items) {
        expectParameters(processor, (isWithin, what) => expect(stream, isWithin, what));
      }
      if (items instanceof Unknown) expect(stream, items, "");
    }
  },
});

function expectParameters(processor: Input, expect: (isWithin: Truth, what: string) => void): void {
  const parameters = processor.at("parameters").items;
  for (const [name, [min, max, unit]] of Object.entries(PARAMETER_LIMITS)) {
    const isBroken = some(parameters, (parameter) =>
      all(parameter.at("parameterName").is(name), not(within(parameter.at("parameterValue"), min, max))),
    );
    expect(not(isBroken), `has a ${name} of its processor that is not from ${min} to ${max} ${unit}`);
  }
}

/** AWS takes numbers as texts in a processor's parameters. */
function within(input: Input, min: number, max: number): Truth {
  const { number, text } = input;
  const unknown = number instanceof Unknown ? number : undefined;
  if (unknown !== undefined) return unknown;
  const value = typeof number === "number" ? number : typeof text === "string" ? Number(text) : undefined;
  return value === undefined || (value >= min && value <= max);
}

const DESTINATIONS = [
  "icebergConfiguration",
  "extendedS3Configuration",
  "redshiftConfiguration",
  "opensearchConfiguration",
  "opensearchserverlessConfiguration",
  "elasticsearchConfiguration",
  "httpEndpointConfiguration",
  "splunkConfiguration",
  "snowflakeConfiguration",
];

function destinations(stream: Resource): [string, Input][] {
  return DESTINATIONS.map((name): [string, Input] => [name, stream.at(name)]).filter(([, input]) => !input.isAbsent);
}

/** Where a destination puts what failed: beside its own objects, or in a bucket for that. */
function s3Configurations(stream: Resource): [string, Input][] {
  return destinations(stream).map(([name, input]) =>
    name === "extendedS3Configuration" ? [name, input] : [`${name}.s3Configuration`, input.at("s3Configuration")],
  );
}
