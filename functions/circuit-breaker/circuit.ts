import { CIRCUIT_KEY, type CircuitItem, type Transition } from "../common/circuit.ts";

/** The circuit's item with what only the circuit breaker needs of it. */
export interface Circuit extends CircuitItem {
  /** Ticks of the schedule since the last transition, counted no further than anybody asks. */
  ticks: number;
  /** Times for which the last ticks were scheduled: a firing that comes twice is one tick. */
  countedTicks: readonly string[];
  /** How many ticks the last cool-down of this outage took, or takes; absent before the first. */
  coolDownTicks?: number;
  /** What had most failures as the circuit opened; absent until that is known, empty where no topic stood out. */
  tripping?: { topic?: string };
  /** In `HALF_OPEN`, once one is chosen. */
  probe?: Probe;
  /** UUID of the mapping whose probe ended in crashes: one bad message may be all that is wrong with it. */
  crashedProbe?: string;
  /** UUID of the mapping whose backlog was measured last: the next measurement goes on behind it. */
  measuredTo?: string;
  /** In `CLOSED`, while mappings are being restored. */
  restoring?: boolean;
  /** In their order; see tell.ts. */
  untold: readonly UntoldTransition[];
  /** The invocation that wrote this version: how it knows its own, where the answer was lost. */
  writer?: string;
}

export interface Probe {
  uuid: string;
  /** What its queue is for; the queue's name where that is no topic's. */
  topic: string;
  /** ISO 8601: what was measured before says nothing about the probe. */
  since: string;
  /** Nothing was measured in the minute in which it began, until then: all of that minute is the probe's. */
  hasWholeMinute?: boolean;
  ticks: number;
}

export interface UntoldTransition extends Transition {
  /** Of the circuit, as the transition made it. */
  version: number;
  /** With `OPEN`: minutes until the probe. */
  minutes?: number;
  /** With `HOLD`: ISO 8601. */
  until?: string;
  /** Recorded, logged and counted: only the notice is missing. */
  noted?: boolean;
}

/** In `CLOSED`, so many ticks are counted: afterwards an alarm's state is no consequence of what was before. */
export const SETTLED_TICKS = 3;

/** A circuit of which nothing was ever written. */
export const NEW_CIRCUIT: Circuit = {
  ...CIRCUIT_KEY,
  state: "CLOSED",
  since: new Date(0).toISOString(),
  reason: "",
  version: 0,
  ticks: SETTLED_TICKS,
  countedTicks: [],
  untold: [],
};
