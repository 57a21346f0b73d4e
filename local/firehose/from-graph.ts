import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { BufferHints } from "./buffer.ts";
import type { ErrorOutputConfig } from "./error-output.ts";
import { type ErrorPrefix, errorPrefix } from "./prefix.ts";
import type { DestinationTable } from "./routing.ts";
import type { DeliveryStreamConfig } from "./stream.ts";
import type { TransformConfig } from "./transform.ts";

const DELIVERY_STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const MIB = 1024 * 1024;

/** Inputs of `kinesis.FirehoseDeliveryStreamArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  serverSideEncryption: "records never leave this machine's memory",
  tags: "nothing reads them",
  region: "the whole stack is in one region, which the ARN names",
  "icebergConfiguration.appendOnly": "the local Firehose only inserts; DescribeDeliveryStream answers it",
  "icebergConfiguration.catalogArn": "there is one catalog, that of the graph",
  "icebergConfiguration.cloudwatchLoggingOptions": "errors are in the error output, with their reasons",
  "icebergConfiguration.roleArn": "judged where calls are authorised, not by Firehose",
  "icebergConfiguration.s3Configuration.cloudwatchLoggingOptions": "as icebergConfiguration.cloudwatchLoggingOptions",
  "icebergConfiguration.s3Configuration.kmsKeyArn": "objects never leave this machine's memory",
  "icebergConfiguration.s3Configuration.roleArn": "as icebergConfiguration.roleArn",
};

/**
 * Ranges and defaults: https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html,
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html and the AWS provider. Seconds,
 * MiB.
 */
const RANGES = {
  bufferingInterval: { min: 0, max: 900, fallback: 300 },
  bufferingSize: { min: 1, max: 128, fallback: 5 },
  retryDuration: { min: 0, max: 7200, fallback: 300 },
  BufferIntervalInSeconds: { min: 0, max: 900, fallback: 60 },
  BufferSizeInMBs: { min: 0.2, max: 3, fallback: 1 },
  NumberOfRetries: { min: 0, max: 300, fallback: 3 },
};

/**
 * The configurations of a stack's delivery streams.
 *
 * @throws ResourceError with every problem of every stream: a value out of AWS's range, another source or destination, an input
 *   that is not known here.
 */
export function deliveryStreamsOf(graph: StackGraph): DeliveryStreamConfig[] {
  const problems: string[] = [];
  const configs = ofType(graph, DELIVERY_STREAM).map((resource) => readStream(resource, graph.region, problems));
  refuseAll(problems);
  return configs;
}

function readStream(resource: GraphResource, region: string, problems: string[]): DeliveryStreamConfig {
  const inputs = Inputs.of(resource, problems);
  inputs.only(["name", "destination", "icebergConfiguration"], ignoredInputs);
  inputs.text("destination", /^iceberg$/);
  const iceberg = inputs.object("icebergConfiguration");
  iceberg.only(
    [
      ...["bufferingInterval", "bufferingSize", "destinationTableConfigurations", "processingConfiguration"],
      ...["retryDuration", "s3BackupMode", "s3Configuration"],
    ],
    ignoredInputs,
  );
  iceberg.choice("s3BackupMode", ["FailedDataOnly"]);
  return {
    name: inputs.text("name", /^[a-zA-Z0-9_.-]{1,64}$/),
    arn: String(resource.state.arn),
    region,
    appendOnly: iceberg.value("appendOnly") === true,
    transform: readTransform(iceberg.object("processingConfiguration")),
    delivery: {
      buffer: hints(iceberg, "bufferingSize", "bufferingInterval"),
      retryMs: iceberg.number("retryDuration", RANGES.retryDuration) * 1000,
      destinations: iceberg.list("destinationTableConfigurations").map(readDestination),
    },
    errors: readErrors(iceberg.object("s3Configuration")),
  };
}

function readTransform(processing: Inputs): TransformConfig | undefined {
  processing.only(["enabled", "processors"]);
  if (processing.value("enabled") !== true) return undefined;
  const [processor, ...others] = processing.list("processors");
  if (!processor || others.length > 0) {
    processing.refuse("processors", `must be one Lambda processor, are ${processor ? others.length + 1 : "none"}`);
  }
  if (!processor) return undefined;
  processor.only(["type", "parameters"]);
  processor.text("type", /^Lambda$/);
  const parameters = processor.named("parameters", "parameterName", "parameterValue");
  // The role is judged where calls are authorised.
  parameters.only(["LambdaArn", "NumberOfRetries", "BufferSizeInMBs", "BufferIntervalInSeconds", "RoleArn"]);
  return {
    lambdaArn: parameters.text(
      "LambdaArn",
      /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[a-zA-Z0-9_-]+(:[$a-zA-Z0-9_-]+)?$/,
    ),
    buffer: hints(parameters, "BufferSizeInMBs", "BufferIntervalInSeconds"),
    retries: parameters.number("NumberOfRetries", RANGES.NumberOfRetries),
  };
}

function readDestination(destination: Inputs): DestinationTable {
  destination.only(["databaseName", "tableName", "s3ErrorOutputPrefix", "uniqueKeys"]);
  if (destination.list("uniqueKeys").length > 0) {
    destination.refuse("uniqueKeys", "the local Firehose only inserts, for which none are needed");
  }
  const name = /^[a-zA-Z0-9._]{1,255}$/;
  return {
    database: destination.text("databaseName", name),
    table: destination.text("tableName", name),
    errorPrefix:
      destination.value("s3ErrorOutputPrefix") === undefined
        ? undefined
        : readPrefix(destination, "s3ErrorOutputPrefix", undefined),
  };
}

function readErrors(s3: Inputs): ErrorOutputConfig {
  s3.only(
    ["bucketArn", "prefix", "errorOutputPrefix", "compressionFormat", "bufferingInterval", "bufferingSize"],
    ignoredInputs,
  );
  return {
    bucket: s3.text("bucketArn", /^arn:[^:]*:s3:::[^/]+$/).replace(/^.*:/, ""),
    prefix: readPrefix(s3, "errorOutputPrefix", s3.optionalText("prefix")),
    compression: s3.choice("compressionFormat", ["UNCOMPRESSED", "GZIP"]),
    buffer: hints(s3, "bufferingSize", "bufferingInterval"),
  };
}

function readPrefix(inputs: Inputs, property: string, prefix: string | undefined): ErrorPrefix {
  const given = inputs.optionalText(property);
  // The default only stands in where a problem is reported instead.
  return inputs.attempt(property, () => errorPrefix(given, prefix)) ?? errorPrefix(undefined, undefined);
}

function hints(
  inputs: Inputs,
  size: "bufferingSize" | "BufferSizeInMBs",
  interval: "bufferingInterval" | "BufferIntervalInSeconds",
): BufferHints {
  return { bytes: inputs.number(size, RANGES[size]) * MIB, ms: inputs.number(interval, RANGES[interval]) * 1000 };
}
