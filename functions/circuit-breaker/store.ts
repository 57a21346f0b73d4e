import type { Transition, TransitionItem } from "../common/circuit.ts";
import type { Circuit } from "./circuit.ts";
import type { SavedMapping } from "./mapping.ts";

/** The circuit table, as the circuit breaker uses it. Every read is consistent. */
export interface Store extends CircuitStore, MappingStore, LeaseStore {}

export interface CircuitStore {
  /** Undefined: it was never anything but closed. */
  read(): Promise<Circuit | undefined>;
  /** Writes the next version of the circuit. @returns whether the one in the table still was the one before it. */
  write(circuit: Circuit): Promise<boolean>;
  /** Writes a transition; a second time changes nothing. */
  note(transition: TransitionItem): Promise<void>;
  /** The last ones, newest first. */
  transitions(limit: number): Promise<Transition[]>;
}

/** What the circuit breaker changed, by the mapping's UUID. All but {@link save} do nothing where nothing is saved. */
export interface MappingStore {
  saved(): Promise<SavedMapping[]>;
  /** What is saved already stays as it is. */
  save(mapping: SavedMapping): Promise<void>;
  /** It has been enabled again as it was. */
  ask(uuid: string, at: string): Promise<void>;
  unask(uuid: string): Promise<void>;
  /** It is about to get the probe's concurrency. @param was undefined: none. */
  scale(uuid: string, was: number | undefined): Promise<void>;
  /** It has its own concurrency again. */
  unscale(uuid: string): Promise<void>;
  forget(uuid: string): Promise<void>;
}

/** How the mappings are, as whoever held the lease last found them. */
export interface Survey {
  /** How many mappings are in each state. */
  mappings: Readonly<Record<string, number>>;
  pending: number;
}

/** Only who holds the lease calls Lambda's control plane: so one rate holds for all invocations. */
export interface LeaseStore {
  /**
   * @param until Epoch milliseconds, after which another invocation may take it.
   * @returns false where another invocation holds it.
   */
  acquire(holder: string, until: number, now: number): Promise<boolean>;
  /** Tells what was found. Nothing changes where the holder is another one by now, as with {@link release}. */
  report(holder: string, survey: Survey): Promise<void>;
  release(holder: string): Promise<void>;
  /** The last one that was told. */
  survey(): Promise<Survey | undefined>;
}
