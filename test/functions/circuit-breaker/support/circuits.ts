import { type Circuit, NEW_CIRCUIT } from "../../../../functions/circuit-breaker/circuit.ts";
import type { Mapping, SavedMapping } from "../../../../functions/circuit-breaker/mapping.ts";
import { QUEUE_PREFIX } from "./memory-lambda.ts";

export const NOW = Date.UTC(2026, 0, 10, 6, 30);
export const SINCE = "2026-01-10T06:00:00.000Z";

/** An open circuit, unless told. */
export function circuit(given: Partial<Circuit> = {}): Circuit {
  return { ...NEW_CIRCUIT, state: "OPEN", since: SINCE, reason: "test", version: 7, ticks: 0, ...given };
}

export const PROBE = { uuid: "b", topic: "orders", since: SINCE, ticks: 0 };

/** A mapping of topic `t-{uuid}`, enabled unless told. */
export function mapping(uuid: string, given: Partial<Mapping> = {}): Mapping {
  const sourceArn = `arn:aws:sqs:eu-west-1:123456789012:${QUEUE_PREFIX}t-${uuid}`;
  return { uuid, sourceArn, state: "Enabled", maximumConcurrency: 10, hasPollers: false, ...given };
}

export function saved(id: string, given: Partial<SavedMapping> = {}): SavedMapping {
  return { kind: "MAPPING", id, source_arn: mapping(id).sourceArn, saved_at: SINCE, ...given };
}
