import type { DeliveryStream } from "./stream.ts";

const MIB = 1024 * 1024;

/**
 * A stream as DescribeDeliveryStream answers it, without what is not known here: roles, catalog, keys
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamDescription.html).
 */
export function describeStream({ config, createdAt }: DeliveryStream): Record<string, unknown> {
  const { delivery, transform, errors } = config;
  return {
    DeliveryStreamName: config.name,
    DeliveryStreamARN: config.arn,
    DeliveryStreamStatus: "ACTIVE",
    DeliveryStreamType: "DirectPut",
    VersionId: "1",
    CreateTimestamp: createdAt / 1000,
    HasMoreDestinations: false,
    Destinations: [
      {
        DestinationId: "destinationId-000000000001",
        IcebergDestinationDescription: {
          AppendOnly: config.appendOnly,
          BufferingHints: {
            IntervalInSeconds: delivery.buffer.ms / 1000,
            SizeInMBs: delivery.buffer.bytes / MIB,
          },
          RetryOptions: { DurationInSeconds: delivery.retryMs / 1000 },
          S3BackupMode: "FailedDataOnly",
          DestinationTableConfigurationList: delivery.destinations.map(({ database, table, errorPrefix }) => ({
            DestinationDatabaseName: database,
            DestinationTableName: table,
            S3ErrorOutputPrefix: errorPrefix?.template,
          })),
          ProcessingConfiguration: {
            Enabled: transform !== undefined,
            Processors: transform ? [{ Type: "Lambda", Parameters: processorParameters(transform) }] : [],
          },
          S3DestinationDescription: {
            BucketARN: `arn:aws:s3:::${errors.bucket}`,
            ErrorOutputPrefix: errors.prefix.template,
            CompressionFormat: errors.compression,
            BufferingHints: { IntervalInSeconds: errors.buffer.ms / 1000, SizeInMBs: errors.buffer.bytes / MIB },
          },
        },
      },
    ],
  };
}

function processorParameters(transform: NonNullable<DeliveryStream["config"]["transform"]>): object[] {
  const parameters = {
    LambdaArn: transform.lambdaArn,
    NumberOfRetries: transform.retries,
    BufferSizeInMBs: transform.buffer.bytes / MIB,
    BufferIntervalInSeconds: transform.buffer.ms / 1000,
  };
  return Object.entries(parameters).map(([name, value]) => ({ ParameterName: name, ParameterValue: String(value) }));
}
