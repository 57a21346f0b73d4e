import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";

/** An event source mapping of the sqs-processor, as Lambda shows it. */
export interface Mapping {
  uuid: string;
  sourceArn: string;
  /** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-eventsourcemapping.html, such as `Enabled`. */
  state: string;
  /** Undefined: no maximum. */
  maximumConcurrency: number | undefined;
  /** It has provisioned pollers, which a maximum concurrency excludes. */
  hasPollers: boolean;
}

/** The least that Lambda takes: https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html */
export const PROBE_CONCURRENCY = 2;

export function mappingOf(configuration: EventSourceMappingConfiguration): Mapping {
  const { UUID = "", EventSourceArn = "", State = "", ScalingConfig, ProvisionedPollerConfig } = configuration;
  return {
    uuid: UUID,
    sourceArn: EventSourceArn,
    state: State,
    maximumConcurrency: ScalingConfig?.MaximumConcurrency,
    hasPollers: Object.values(ProvisionedPollerConfig ?? {}).some((value) => value !== undefined),
  };
}

/** The topic whose queue this is; undefined for any other source. */
export function topicOf(sourceArn: string, topicQueuePrefix: string): string | undefined {
  const name = nameOf(sourceArn);
  return name.startsWith(topicQueuePrefix) ? name.slice(topicQueuePrefix.length) : undefined;
}

export function nameOf(sourceArn: string): string {
  return sourceArn.slice(sourceArn.lastIndexOf(":") + 1);
}

/**
 * A mapping that was enabled when the circuit breaker came to disable it, kind `MAPPING`. One without such an item was
 * disabled by somebody else, and stays so.
 */
export interface SavedMapping {
  kind: "MAPPING";
  /** UUID. */
  id: string;
  source_arn: string;
  /** ISO 8601. */
  saved_at: string;
  /** ISO 8601, where the circuit breaker has had it enabled again and not yet seen it so. */
  asked_at?: string;
  /** Where it has had the probe's concurrency: what it had before, without a value for no maximum. */
  scaling?: { was?: number };
}

export const MAPPING_KIND = "MAPPING" as const;
