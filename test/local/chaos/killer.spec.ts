import assert from "node:assert/strict";
import { Killer } from "../../../local/chaos/killer.ts";

/** The functions whose processes die in 20 strikes. */
function order(seed: number): string[] {
  const deaths: string[] = [];
  const victims = ["a", "b", "c", "dead"].map((functionName) => ({
    functionName,
    alive: functionName !== "dead",
    kill: async () => void deaths.push(functionName),
  }));
  const killer = new Killer(() => victims, seed);
  for (let strike = 0; strike < 20; strike += 1) killer.strike();
  assert.equal(
    Object.values(killer.killed).reduce((sum, times) => sum + times, 0),
    20,
  );
  return deaths;
}

describe("the killer of processes", () => {
  it("kills those that live, in an order that the seed decides", () => {
    assert.deepEqual(order(1), order(1));
    assert.notDeepEqual(order(1), order(2));
    assert.deepEqual([...new Set(order(1))].toSorted(), ["a", "b", "c"]);
  });

  it("does nothing where there is nothing to kill", () => {
    const killer = new Killer(() => [], 1);
    killer.strike();
    assert.deepEqual(killer.killed, {});
  });
});
