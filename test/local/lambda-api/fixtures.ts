import type { MappingConfiguration } from "../../../local/mappings/configuration.ts";
import type { MappingStatus } from "../../../local/mappings/mapping-control.ts";
import type { StreamMappingConfiguration } from "../../../local/mappings/stream-configuration.ts";
import { streamArn } from "../dynamodb/fixtures.ts";

export const processor = { arn: "arn:aws:lambda:eu-west-1:123456789012:function:processor", name: "processor" };
export const replay = { arn: "arn:aws:lambda:eu-west-1:123456789012:function:replay", name: "replay" };

export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export function queueArnOf(number: number): string {
  return `arn:aws:sqs:eu-west-1:123456789012:topic-${number}`;
}

export function queueMapping(number = 1, overrides: Partial<MappingConfiguration> = {}): MappingConfiguration {
  return {
    uuid: uuidOf(number),
    queueArn: queueArnOf(number),
    functionArn: processor.arn,
    batchSize: 100,
    windowSeconds: 1,
    maximumConcurrency: 2,
    reportsItemFailures: true,
    emitsEventCounts: true,
    enabled: true,
    ...overrides,
  };
}

export function streamMapping(number: number): StreamMappingConfiguration {
  return {
    uuid: uuidOf(number),
    streamArn,
    functionArn: replay.arn,
    batchSize: 10,
    windowSeconds: 0,
    startingPosition: "TRIM_HORIZON",
    filters: ['{"eventName":["MODIFY"]}'],
    reportsItemFailures: true,
    bisectsOnError: true,
    maximumRetryAttempts: undefined,
    maximumRecordAgeSeconds: 3600,
    onFailureQueueArn: "arn:aws:sqs:eu-west-1:123456789012:failures",
    emitsEventCounts: false,
    enabled: true,
  };
}

export function statusOf(configuration: MappingStatus["configuration"]): MappingStatus {
  return { configuration, state: "Enabled", lastModified: Date.UTC(2026, 0, 1) };
}
