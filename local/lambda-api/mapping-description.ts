import type { MappingConfiguration } from "../mappings/configuration.ts";
import type { MappingStatus } from "../mappings/mapping-control.ts";
import type { StreamMappingConfiguration } from "../mappings/stream-configuration.ts";

/** A mapping as AWS shows it: https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export function describeMapping({ configuration, state, lastModified }: MappingStatus): Record<string, unknown> {
  const { uuid, functionArn, batchSize, windowSeconds, reportsItemFailures, emitsEventCounts } = configuration;
  return {
    UUID: uuid,
    EventSourceMappingArn: mappingArn(functionArn, uuid),
    EventSourceArn: sourceArnOf(configuration),
    FunctionArn: functionArn,
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: windowSeconds,
    FunctionResponseTypes: reportsItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(emitsEventCounts ? { MetricsConfig: { Metrics: ["EventCount"] } } : {}),
    ...("queueArn" in configuration ? ofQueue(configuration) : ofStream(configuration)),
    State: state,
    StateTransitionReason: "USER_INITIATED",
    LastModified: lastModified / 1000,
  };
}

export function sourceArnOf(configuration: MappingStatus["configuration"]): string {
  return "queueArn" in configuration ? configuration.queueArn : configuration.streamArn;
}

function ofQueue({ maximumConcurrency }: MappingConfiguration): Record<string, unknown> {
  return maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } };
}

function ofStream(configuration: StreamMappingConfiguration): Record<string, unknown> {
  const { filters, onFailureQueueArn: Destination } = configuration;
  return {
    StartingPosition: configuration.startingPosition,
    ParallelizationFactor: 1,
    TumblingWindowInSeconds: 0,
    BisectBatchOnFunctionError: configuration.bisectsOnError,
    MaximumRetryAttempts: configuration.maximumRetryAttempts ?? INFINITE,
    MaximumRecordAgeInSeconds: configuration.maximumRecordAgeSeconds ?? INFINITE,
    DestinationConfig: { OnFailure: Destination === undefined ? {} : { Destination } },
    ...(filters.length === 0 ? {} : { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
  };
}

const INFINITE = -1;

function mappingArn(functionArn: string, uuid: string): string {
  return `${functionArn.split(":").slice(0, 5).join(":")}:event-source-mapping:${uuid}`;
}
