import type { Circuit } from "../../../../functions/circuit-breaker/circuit.ts";
import type { SavedMapping } from "../../../../functions/circuit-breaker/mapping.ts";
import type { Store, Survey } from "../../../../functions/circuit-breaker/store.ts";
import type { Transition, TransitionItem } from "../../../../functions/common/circuit.ts";

/** The circuit table in memory, with the conditions that table.spec.ts shows. */
export class MemoryStore implements Store {
  circuit: Circuit | undefined;
  /** In the order in which they were first noted. */
  readonly noted: TransitionItem[] = [];
  /** By UUID. */
  readonly mappings = new Map<string, SavedMapping>();
  #lease: { holder: string; until: number; survey?: Survey } | undefined;

  async read(): Promise<Circuit | undefined> {
    return structuredClone(this.circuit);
  }

  async write(circuit: Circuit): Promise<boolean> {
    if ((this.circuit?.version ?? 0) !== circuit.version - 1) return false;
    this.circuit = structuredClone(circuit);
    return true;
  }

  async note(transition: TransitionItem): Promise<void> {
    if (!this.noted.some(({ id }) => id === transition.id)) this.noted.push(transition);
  }

  async transitions(limit: number): Promise<Transition[]> {
    const sorted = this.noted.toSorted((one, other) => (one.id < other.id ? 1 : -1));
    return sorted.slice(0, limit).map(({ from, to, at, reason }) => ({ from, to, at, reason }));
  }

  async saved(): Promise<SavedMapping[]> {
    return structuredClone([...this.mappings.values()]);
  }

  async save(mapping: SavedMapping): Promise<void> {
    if (!this.mappings.has(mapping.id)) this.mappings.set(mapping.id, structuredClone(mapping));
  }

  async ask(uuid: string, asked_at: string): Promise<void> {
    this.#change(uuid, ({ scaling: _, ...mapping }) => ({ ...mapping, asked_at }));
  }

  async unask(uuid: string): Promise<void> {
    this.#change(uuid, ({ asked_at: _, ...mapping }) => mapping);
  }

  async scale(uuid: string, was: number | undefined): Promise<void> {
    this.#change(uuid, (mapping) => ({ ...mapping, scaling: was === undefined ? {} : { was } }));
  }

  async unscale(uuid: string): Promise<void> {
    this.#change(uuid, ({ scaling: _, ...mapping }) => mapping);
  }

  async forget(uuid: string): Promise<void> {
    this.mappings.delete(uuid);
  }

  async acquire(holder: string, until: number, now: number): Promise<boolean> {
    if (this.#lease !== undefined && this.#lease.until >= now && this.#lease.holder !== holder) return false;
    this.#lease = { ...this.#lease, holder, until };
    return true;
  }

  async report(holder: string, survey: Survey): Promise<void> {
    if (this.#lease?.holder === holder) this.#lease = { ...this.#lease, survey };
  }

  async release(holder: string): Promise<void> {
    if (this.#lease?.holder === holder) this.#lease = { ...this.#lease, until: 0 };
  }

  async survey(): Promise<Survey | undefined> {
    return this.#lease?.survey;
  }

  #change(uuid: string, change: (mapping: SavedMapping) => SavedMapping): void {
    const mapping = this.mappings.get(uuid);
    if (mapping !== undefined) this.mappings.set(uuid, change(mapping));
  }
}
