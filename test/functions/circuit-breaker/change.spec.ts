import assert from "node:assert/strict";
import { change } from "../../../functions/circuit-breaker/change.ts";
import { type Circuit, NEW_CIRCUIT } from "../../../functions/circuit-breaker/circuit.ts";
import { changed } from "../../../functions/circuit-breaker/transitions.ts";
import { MemoryStore } from "./support/memory-store.ts";

const noting = (measuredTo: string) => (now: Circuit) => changed(now, { measuredTo });

describe("change", () => {
  it("begins with a closed circuit where nothing was ever written", async () => {
    const store = new MemoryStore();
    assert.deepEqual(await change(store, "me", () => undefined), { circuit: NEW_CIRCUIT, isChanged: false });
    assert.equal(await store.read(), undefined);
    const { circuit, isChanged } = await change(store, "me", noting("a"));
    assert.deepEqual([isChanged, circuit.version, store.circuit?.measuredTo], [true, 1, "a"]);
  });

  it("decides anew on what a faster one left", async () => {
    const store = new MemoryStore();
    let others = 3;
    const { circuit } = await change(store, "me", async (now) => {
      if (others-- > 0) await change(store, "other", noting(`other ${now.version}`));
      return changed(now, { measuredTo: `${now.measuredTo}, me` });
    });
    assert.deepEqual([circuit.version, circuit.measuredTo], [4, "other 2, me"]);
    assert.deepEqual(store.circuit, circuit);
  });

  it("changes nothing more where the faster one has left nothing to do", async () => {
    const store = new MemoryStore();
    let isFirst = true;
    const result = await change(store, "me", async (now) => {
      if (!isFirst) return undefined;
      isFirst = false;
      await change(store, "other", noting("other"));
      return changed(now, {});
    });
    assert.deepEqual([result.isChanged, result.circuit.measuredTo], [false, "other"]);
  });

  it("knows its own write whose answer was lost", async () => {
    const store = new MemoryStore();
    const write = store.write.bind(store);
    store.write = async (circuit) => {
      await write(circuit);
      return write(circuit);
    };
    const { circuit, isChanged } = await change(store, "me", noting("a"));
    assert.deepEqual([isChanged, circuit.version, circuit.measuredTo], [true, 1, "a"]);
  });
});
