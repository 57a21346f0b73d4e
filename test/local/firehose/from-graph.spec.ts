import assert from "node:assert/strict";
import { deliveryStreamsOf } from "../../../local/firehose/from-graph.ts";
import { graphOf } from "../../support/graph.ts";
import { LAMBDA_ARN, MIB } from "./fixtures.ts";

const s3Configuration = { bucketArn: "arn:aws:s3:::lake-errors", roleArn: "arn:aws:iam::123456789012:role/firehose" };

interface Overrides {
  iceberg?: Record<string, unknown>;
  s3?: Record<string, unknown>;
  parameters?: Record<string, string>;
  stream?: Record<string, unknown>;
}

function graphWith({ iceberg, s3, parameters, stream }: Overrides = {}) {
  const processor = {
    type: "Lambda",
    parameters: Object.entries({ LambdaArn: LAMBDA_ARN, ...parameters }).map(([parameterName, parameterValue]) => ({
      parameterName,
      parameterValue,
    })),
  };
  return graphOf([
    {
      type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      name: "events",
      inputs: {
        name: "lean-ops-dev-events",
        destination: "iceberg",
        ...stream,
        icebergConfiguration: {
          catalogArn: "arn:aws:glue:eu-west-1:123456789012:catalog",
          roleArn: s3Configuration.roleArn,
          processingConfiguration: { enabled: true, processors: [processor] },
          s3Configuration: { ...s3Configuration, ...s3 },
          ...iceberg,
        },
      },
    },
  ]);
}

function read(overrides?: Overrides) {
  const [config] = deliveryStreamsOf(graphWith(overrides));
  assert.ok(config);
  return config;
}

describe("deliveryStreamsOf", () => {
  it("fills in what AWS fills in", () => {
    const { errors, ...config } = read();
    assert.deepEqual(config, {
      name: "lean-ops-dev-events",
      arn: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lean-ops-dev-events",
      region: "eu-west-1",
      appendOnly: false,
      transform: { lambdaArn: LAMBDA_ARN, buffer: { bytes: MIB, ms: 60_000 }, retries: 3 },
      delivery: { buffer: { bytes: 5 * MIB, ms: 300_000 }, retryMs: 300_000, destinations: [] },
    });
    assert.equal(errors.bucket, "lake-errors");
    assert.equal(errors.compression, "UNCOMPRESSED");
    assert.deepEqual(errors.buffer, { bytes: 5 * MIB, ms: 300_000 });
    assert.equal(errors.prefix.template, "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/");
  });

  it("reads what the program sets", () => {
    const { transform, delivery, errors, appendOnly } = read({
      iceberg: {
        appendOnly: true,
        bufferingInterval: 0,
        bufferingSize: 1,
        retryDuration: 7200,
        s3BackupMode: "FailedDataOnly",
        destinationTableConfigurations: [{ databaseName: "raw", tableName: "orders", s3ErrorOutputPrefix: "orders/" }],
      },
      s3: { errorOutputPrefix: "e/!{firehose:error-output-type}/", compressionFormat: "GZIP", bufferingInterval: 60 },
      parameters: { BufferSizeInMBs: "0.2", BufferIntervalInSeconds: "1", NumberOfRetries: "0" },
    });
    assert.equal(appendOnly, true);
    assert.deepEqual(transform, { lambdaArn: LAMBDA_ARN, buffer: { bytes: 0.2 * MIB, ms: 1000 }, retries: 0 });
    assert.deepEqual(delivery.buffer, { bytes: MIB, ms: 0 });
    assert.equal(delivery.retryMs, 7_200_000);
    const [destination] = delivery.destinations;
    assert.equal(destination?.database, "raw");
    assert.equal(destination.table, "orders");
    assert.equal(destination.errorPrefix?.template, "orders/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/");
    assert.equal(errors.compression, "GZIP");
    assert.equal(errors.buffer.ms, 60_000);
    assert.equal(errors.prefix.evaluate("iceberg-failed", 0), "e/iceberg-failed/");
  });

  it("has no transform where processing is not enabled, as AWS", () => {
    assert.equal(read({ iceberg: { processingConfiguration: undefined } }).transform, undefined);
    assert.equal(
      read({ iceberg: { processingConfiguration: { processors: [{ type: "Lambda" }] } } }).transform,
      undefined,
    );
  });

  it("lists everything wrong at once, with resource, path, rule and value", () => {
    const graph = graphWith({
      stream: { name: "no spaces", kinesisSourceConfiguration: {}, destination: "iceberg" },
      iceberg: {
        bufferingInterval: 901,
        bufferingSize: 0.5,
        s3BackupMode: "AllData",
        tableCreation: true,
        destinationTableConfigurations: [{ databaseName: "raw", tableName: "order-events", uniqueKeys: ["id"] }],
      },
      s3: { bucketArn: "lake-errors", errorOutputPrefix: "!{timestamp:yyyy}", compressionFormat: "ZIP" },
      parameters: { NumberOfRetries: "301", BufferSizeInMBs: "many", Delimiter: "\\n" },
    });
    assert.throws(
      () => deliveryStreamsOf(graph),
      (error: Error) => {
        assert.equal(error.name, "ResourceError");
        const problems = error.message.split("\n");
        const prefix = 'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream "events": ';
        assert.ok(problems.every((problem) => problem.startsWith(prefix)));
        const iceberg = "icebergConfiguration.";
        const processing = `${iceberg}processingConfiguration.processors[0].parameters.`;
        const table = `${iceberg}destinationTableConfigurations[0].`;
        assert.deepEqual(
          problems.map((problem) => problem.slice(prefix.length)),
          [
            "kinesisSourceConfiguration: not known to the local cloud",
            `${iceberg}tableCreation: not known to the local cloud`,
            `${iceberg}s3BackupMode: the local cloud has FailedDataOnly, not AllData`,
            'name: must match ^[a-zA-Z0-9_.-]{1,64}$, is "no spaces"',
            `${processing}Delimiter: not known to the local cloud`,
            `${processing}BufferSizeInMBs: must be from 0.2 to 3, is NaN`,
            `${processing}NumberOfRetries: must be from 0 to 300, is 301`,
            `${iceberg}bufferingSize: must be from 1 to 128, is 0.5`,
            `${iceberg}bufferingInterval: must be from 0 to 900, is 901`,
            `${table}uniqueKeys: the local Firehose only inserts, for which none are needed`,
            `${table}tableName: must match ^[a-zA-Z0-9._]{1,255}$, is "order-events"`,
            `${iceberg}s3Configuration.bucketArn: must match ^arn:[^:]*:s3:::[^/]+$, is "lake-errors"`,
            `${iceberg}s3Configuration.errorOutputPrefix: with expressions, errorOutputPrefix holds !{firehose:error-output-type}: !{timestamp:yyyy}`,
            `${iceberg}s3Configuration.compressionFormat: the local cloud has UNCOMPRESSED, GZIP, not ZIP`,
          ],
        );
        return true;
      },
    );
  });

  it("refuses another destination", () => {
    assert.throws(() => read({ stream: { destination: "extended_s3" } }), {
      message: /destination: must match \^iceberg\$, is "extended_s3"/,
    });
  });

  const processors: Record<string, unknown[]> = {
    "no processor": [],
    "two processors": [{ type: "Lambda" }, { type: "Lambda" }],
    "another processor": [{ type: "MetadataExtraction" }],
  };
  for (const [what, list] of Object.entries(processors)) {
    it(`refuses ${what} where processing is enabled`, () => {
      const processingConfiguration = { enabled: true, processors: list };
      assert.throws(() => read({ iceberg: { processingConfiguration } }), {
        message: /processingConfiguration\.processors/,
      });
    });
  }
});
