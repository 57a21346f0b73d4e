import assert from "node:assert/strict";
import { type MemoryMapping, mostInASecond } from "./memory-lambda.ts";
import type { World } from "./world.ts";

interface Wish {
  /** Undefined: it changed while the circuit breaker was at work, so that either may be the result. */
  enabled: boolean | undefined;
  maximumConcurrency: number | undefined;
  isConcurrencyClear: boolean;
}

/** Operators and Pulumi, who change mappings too, and what is to be of each mapping once the circuit is closed. */
export class Operators {
  readonly #world: World;
  /** By UUID. */
  readonly #wishes = new Map<string, Wish>();
  #checked = 0;
  #topics = 0;

  constructor(world: World) {
    this.#world = world;
    for (let n = 0; n < 14; n++) this.create(n % 5 !== 4, [10, 2, undefined][n % 3]);
  }

  create(isEnabled: boolean, maximumConcurrency: number | undefined = undefined): void {
    const uuid = this.#world.lambda.create(`t${this.#topics++}`, {
      state: isEnabled ? "Enabled" : "Disabled",
      maximumConcurrency,
    });
    this.#wishes.set(uuid, { enabled: isEnabled, maximumConcurrency, isConcurrencyClear: true });
  }

  remove(n: number): void {
    const mapping = this.#pick(n);
    if (mapping === undefined || this.#world.lambda.mappings.size < 3) return;
    this.#world.lambda.mappings.delete(mapping.uuid);
    this.#wishes.delete(mapping.uuid);
  }

  setEnabled(n: number, isEnabled: boolean): void {
    const { lambda, store, busy } = this.#world;
    const mapping = this.#pick(n);
    const wish = mapping && this.#wishes.get(mapping.uuid);
    if (mapping === undefined || wish === undefined || !isSettled(mapping)) return;
    const saved = store.mappings.get(mapping.uuid);
    const isChange = (mapping.state === "Enabled") !== isEnabled;
    lambda.change({ UUID: mapping.uuid, Enabled: isEnabled });
    // What is saved will be enabled again: nobody can tell who disabled it.
    const isOurs = saved !== undefined && saved.asked_at === undefined;
    if (busy > 0) wish.enabled = undefined;
    else if (isEnabled) wish.enabled = true;
    else if (isChange && !isOurs) wish.enabled = false;
  }

  setConcurrency(n: number, maximumConcurrency: number): void {
    const { lambda, busy } = this.#world;
    const mapping = this.#pick(n);
    const wish = mapping && this.#wishes.get(mapping.uuid);
    if (mapping === undefined || wish === undefined || !isSettled(mapping)) return;
    lambda.change({ UUID: mapping.uuid, ScalingConfig: { MaximumConcurrency: maximumConcurrency } });
    wish.maximumConcurrency = maximumConcurrency;
    wish.isConcurrencyClear = busy === 0;
  }

  /** At any time: nothing was enabled that somebody wants disabled, and the rate was kept. */
  check(): void {
    const { calls } = this.#world.lambda;
    for (const { change } of calls.slice(this.#checked)) {
      if (change?.Enabled !== true) continue;
      assert.notEqual(this.#wishes.get(change.UUID ?? "")?.enabled, false, `${change.UUID} was disabled by somebody`);
    }
    this.#checked = calls.length;
    assert.ok(mostInASecond(calls.map(({ at }) => at)) <= 10, "10 calls in any second");
  }

  /** Once the circuit has long been closed. */
  checkAll(): void {
    for (const { uuid, state, maximumConcurrency } of this.#world.lambda.mappings.values()) {
      const wish = this.#wishes.get(uuid);
      if (wish?.enabled !== undefined) assert.equal(state, wish.enabled ? "Enabled" : "Disabled", uuid);
      if (wish?.isConcurrencyClear) assert.equal(maximumConcurrency, wish.maximumConcurrency, uuid);
    }
  }

  #pick(n: number): MemoryMapping | undefined {
    const all = [...this.#world.lambda.mappings.values()];
    return all[n % all.length];
  }
}

function isSettled({ state }: MemoryMapping): boolean {
  return state === "Enabled" || state === "Disabled";
}
