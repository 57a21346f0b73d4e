import type { EventSourceMappingConfiguration, UpdateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import type { LambdaCalls } from "../../../../functions/circuit-breaker/control-plane.ts";
import type { VirtualClock } from "../../../support/virtual-clock.ts";

export interface MemoryMapping {
  uuid: string;
  topic: string;
  state: string;
  maximumConcurrency: number | undefined;
  hasPollers?: boolean;
}

export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

const PAGE = 100;
export const TRANSITION_MS = 15_000;
export const QUEUE_PREFIX = "lean-ops-dev-topic-";
const SOURCE = `arn:aws:sqs:eu-west-1:123456789012:${QUEUE_PREFIX}`;

/** Event source mappings whose changes take time, as in Lambda's control plane. */
export class MemoryLambda implements LambdaCalls {
  /** By UUID. */
  readonly mappings = new Map<string, MemoryMapping>();
  /** When the circuit breaker called, in epoch milliseconds, and what for. */
  readonly calls: { at: number; name: "list" | "get" | "update"; change?: UpdateEventSourceMappingRequest }[] = [];
  /** Names of errors with which the next updates end. */
  readonly failures: string[] = [];
  readonly #clock: VirtualClock;
  #made = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** @returns its UUID. */
  create(topic: string, given: Partial<MemoryMapping> = {}): string {
    const uuid = `00000000-0000-4000-8000-${String(this.#made++).padStart(12, "0")}`;
    this.mappings.set(uuid, { uuid, topic, state: "Enabled", maximumConcurrency: 10, ...given });
    return uuid;
  }

  /** As an operator, or Pulumi, changes it. @throws Error like Lambda's. */
  change({ UUID = "", Enabled, ScalingConfig }: UpdateEventSourceMappingRequest): EventSourceMappingConfiguration {
    const mapping = this.mappings.get(UUID);
    if (mapping === undefined) throw awsError("ResourceNotFoundException");
    const { state } = mapping;
    if (state !== "Enabled" && state !== "Disabled") throw awsError("ResourceInUseException");
    if (ScalingConfig !== undefined) mapping.maximumConcurrency = ScalingConfig.MaximumConcurrency;
    const settled = Enabled === undefined ? state : Enabled ? "Enabled" : "Disabled";
    mapping.state = settled === state ? "Updating" : Enabled ? "Enabling" : "Disabling";
    this.#clock.after(TRANSITION_MS, () => {
      mapping.state = settled;
    });
    return describe(mapping);
  }

  async listMappings(marker: string | undefined) {
    this.calls.push({ at: this.#clock.now(), name: "list" });
    const after = [...this.mappings.values()].filter(({ uuid }) => uuid > (marker ?? ""));
    const page = after.slice(0, PAGE);
    const NextMarker = after.length > PAGE ? page.at(-1)?.uuid : undefined;
    return { EventSourceMappings: page.map(describe), NextMarker };
  }

  async getMapping(uuid: string): Promise<EventSourceMappingConfiguration> {
    this.calls.push({ at: this.#clock.now(), name: "get" });
    const mapping = this.mappings.get(uuid);
    if (mapping === undefined) throw awsError("ResourceNotFoundException");
    return describe(mapping);
  }

  async updateMapping(change: UpdateEventSourceMappingRequest): Promise<EventSourceMappingConfiguration> {
    this.calls.push({ at: this.#clock.now(), name: "update", change });
    const failure = this.failures.shift();
    if (failure !== undefined) throw awsError(failure);
    return this.change(change);
  }

  /** How many mappings are in each state. */
  states(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { state } of this.mappings.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }
}

function describe({
  uuid,
  topic,
  state,
  maximumConcurrency,
  hasPollers,
}: MemoryMapping): EventSourceMappingConfiguration {
  return {
    UUID: uuid,
    EventSourceArn: SOURCE + topic,
    State: state,
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...(hasPollers ? { ProvisionedPollerConfig: { MaximumPollers: 2 } } : {}),
  };
}

/** The most calls in any second. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= 1000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
