import type { CircuitItem, CircuitState, Transition, TransitionItem } from "../../functions/common/circuit.ts";
import type { Cloud } from "../cloud.ts";
import type { StackOutputs } from "./outputs.ts";

/** What the circuit breaker did in a run. */
export interface BreakerHistory {
  /** At the end. */
  state: CircuitState;
  /** In the order in which they happened; times in ISO 8601. */
  transitions: readonly Transition[];
}

/** Reads the circuit breaker's table. */
export async function breakerHistory(cloud: Cloud, { circuitTable }: StackOutputs): Promise<BreakerHistory> {
  const items = (await cloud.dynamodb.scan(circuitTable)) as unknown as (CircuitItem | TransitionItem)[];
  const circuit = items.find((item) => item.kind === "CIRCUIT");
  const transitions = items
    .filter((item) => item.kind === "TRANSITION")
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ from, to, at, reason }) => ({ from, to, at, reason }));
  return { state: circuit?.state ?? "CLOSED", transitions };
}

/** A line for each transition, and nothing where the circuit stayed closed. */
export function breakerLines({ transitions }: BreakerHistory): string[] {
  if (transitions.length === 0) return [];
  const lines = transitions.map(
    ({ from, to, at, reason }) => `  circuit  ${at.slice(11, 19)}  ${`${from} → ${to}`.padEnd(21)}${reason}`,
  );
  return ["", ...lines];
}
