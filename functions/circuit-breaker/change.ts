import { type Circuit, NEW_CIRCUIT } from "./circuit.ts";
import type { CircuitStore } from "./store.ts";

export interface Change {
  circuit: Circuit;
  /** Whether this invocation made it what it is. */
  isChanged: boolean;
}

/**
 * Changes the circuit as `decide` says. Where another invocation was faster, decides anew on what that one left.
 *
 * @param decide the next version of the circuit; undefined: it stays as it is.
 * @param writer the invocation.
 * @throws whatever the store throws, or `decide`.
 */
export async function change(
  store: CircuitStore,
  writer: string,
  decide: (circuit: Circuit) => Circuit | undefined | Promise<Circuit | undefined>,
): Promise<Change> {
  let circuit = await readCircuit(store);
  for (;;) {
    const decided = await decide(circuit);
    if (decided === undefined) return { circuit, isChanged: false };
    const next = { ...decided, writer };
    if (await store.write(next)) return { circuit: next, isChanged: true };
    circuit = await readCircuit(store);
    // The SDK repeats a write whose answer was lost, and its own first one makes that fail.
    if (circuit.version === next.version && circuit.writer === writer) return { circuit, isChanged: true };
  }
}

export async function readCircuit(store: CircuitStore): Promise<Circuit> {
  return (await store.read()) ?? NEW_CIRCUIT;
}
