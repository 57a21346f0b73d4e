/**
 * The circuit between the topics' queues and the sqs-processor: what the circuit breaker keeps in its table, and what
 * it answers. Hash key `kind`, range key `id`.
 */

/**
 * - `CLOSED`: the mappings are as they were before, or are being restored.
 * - `OPEN`: all are disabled; after a cool-down a probe begins.
 * - `HALF_OPEN`: one is enabled, as a probe.
 * - `HOLD`: all are disabled until an operator, or the hold's end, releases them; no alarm changes that.
 */
export type CircuitState = "CLOSED" | "OPEN" | "HALF_OPEN" | "HOLD";

/** The one item of kind `CIRCUIT`, whose id is `circuit`. Where there is none, the circuit is closed. */
export interface CircuitItem {
  kind: "CIRCUIT";
  id: "circuit";
  state: CircuitState;
  /** ISO 8601, of the last transition. */
  since: string;
  reason: string;
  /** Raised by every change of the item; each change is conditional on it. */
  version: number;
  /** Only in `HOLD`. */
  hold?: Hold;
}

export interface Hold {
  /** Who holds. */
  by: string;
  reason: string;
  /** ISO 8601. */
  since: string;
  /** ISO 8601; the longest that is allowed, where the operator named none. */
  until: string;
}

/** One for each transition; DynamoDB removes them after {@link TRANSITION_DAYS}. */
export interface TransitionItem extends Transition {
  kind: "TRANSITION";
  /** `{at}#{version}`, so that they sort by time. */
  id: string;
  /** Epoch seconds, the table's TTL attribute. */
  expires_at: number;
}

export interface Transition {
  from: CircuitState;
  to: CircuitState;
  /** ISO 8601. */
  at: string;
  reason: string;
}

/** Counts that the circuit breaker writes, under its own two dimensions. */
export const BREAKER_METRICS = {
  /** At every tick: 1 unless the circuit is closed, else 0. */
  open: "CircuitOpen",
  /** Mappings that are not yet as the circuit's state wants them; where an invocation has looked. */
  notAsWanted: "MappingsNotAsWanted",
  /** At every tick of a probe: how many ticks it has lasted without a verdict. */
  probeTicks: "ProbeTicksWithoutVerdict",
  /** 1 for each, by the dimension `to` besides. */
  transitions: "CircuitTransitions",
} as const;

export const CIRCUIT_KEY = { kind: "CIRCUIT", id: "circuit" } as const;
export const TRANSITION_DAYS = 90;

/** What an operator may ask of the circuit-breaker function, by invoking it. */
export type BreakerCommand =
  | { command: "status" }
  | { command: "open"; by: string; reason: string }
  | { command: "close"; by: string; reason?: string }
  /** @param minutes how long, at most; by default the longest that is allowed. */
  | { command: "hold"; by: string; reason: string; minutes?: number }
  | { command: "release"; by: string; reason?: string };

/** What the schedule sends, once a minute. */
export interface ReconcileCommand {
  command: "reconcile";
  /** ISO 8601: the same for a firing that comes twice. */
  scheduledTime: string;
}

export type BreakerAnswer =
  | { ok: true; status: BreakerStatus }
  /** The command does not fit the circuit's state, or is malformed; nothing was changed. */
  | { ok: false; error: string; status?: BreakerStatus };

export interface BreakerStatus {
  state: CircuitState;
  /** ISO 8601; undefined where nothing ever happened. */
  since?: string;
  reason?: string;
  hold?: Hold;
  /** Of the mappings of the sqs-processor, how many are in each state of Lambda's, such as `Enabled` or `Disabling`. */
  mappings: Readonly<Record<string, number>>;
  /** Mappings that are not yet as the circuit's state wants them. */
  pending: number;
  /** While open: minutes until the next probe. */
  minutesToProbe?: number;
  /** While half-open: the topic whose mapping is the probe. */
  probe?: string;
  /** The last ones, newest first. */
  transitions: readonly Transition[];
}
