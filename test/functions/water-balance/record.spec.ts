import assert from "node:assert/strict";
import type { Progress } from "../../../functions/refinery-plan/progress.ts";
import { compare } from "../../../functions/water-balance/compare.ts";
import type { Counts } from "../../../functions/water-balance/counts.ts";
import { nextOf } from "../../../functions/water-balance/next.ts";
import { rowsToWrite, type Settled } from "../../../functions/water-balance/record.ts";
import { NOON, planItem, whole } from "./fixtures.ts";

const RUN = 900_000;

/** Runs over the same topics, one after the other: each knows what the last one left. */
class Runs {
  readonly #known = new Map<string, Progress>();

  run(startedAt: number, topics: Record<string, Record<string, Counts> | string>, isKept = true): string[] {
    const settled = Object.entries(topics).map(([topic, days]): Settled => {
      const item = planItem(topic);
      const known = this.#known.get(topic);
      if (typeof days === "string")
        return { judged: { item, failure: { step: "curate", error: days } }, known, next: undefined };
      const balances = compare({ days: new Map(Object.entries(days)), reasons: new Map(), lost: new Map() });
      const next = nextOf(item, balances, known, { startedAt, graceMinutes: 30, left: undefined });
      return { judged: { item, days: balances }, known, next };
    });
    const rows = rowsToWrite(settled, startedAt);
    for (const { judged, next } of settled) {
      const id = judged.item.topic;
      if (next !== undefined && isKept)
        this.#known.set(id, { kind: "PROGRESS", id, run_at: startedAt, complete: next.complete });
    }
    return rows.map((row) => row.replace(/^\(TIMESTAMP '[^']*', /, "").slice(0, 60));
  }
}

const starting = (rows: readonly string[]) => rows.map((row) => row.split(",").slice(0, 3).join());

describe("the rows that the water balance's table gets", () => {
  it("tell each day once while it stays as it is, and again when it changes or a new day begins", () => {
    const runs = new Runs();
    const days = { "2026-01-10": whole(3), "2026-01-09": whole(2) };
    assert.equal(runs.run(NOON, { orders: days }).length, 2);
    assert.deepEqual(runs.run(NOON + RUN, { orders: days }), []);
    const more = { ...days, "2026-01-10": whole(4) };
    assert.deepEqual(starting(runs.run(NOON + 2 * RUN, { orders: more })), ["'orders', DATE '2026-01-10', 'balanced'"]);
    assert.deepEqual(runs.run(NOON + 3 * RUN, { orders: more }), []);
    assert.equal(runs.run(NOON + 86_400_000, { orders: more }).length, 2);
  });

  it("tell of what was not checked each time", () => {
    const runs = new Runs();
    for (let run = 0; run < 2; run++) {
      const [row] = runs.run(NOON + run * RUN, { orders: "x" });
      assert.match(row ?? "", /^'orders', CAST\(NULL AS DATE\), 'not_checked'/);
    }
  });

  it("tell all again where a run is repeated, since nobody may have heard it", () => {
    const runs = new Runs();
    const days = { "2026-01-10": whole(3) };
    assert.equal(runs.run(NOON, { orders: days }).length, 1);
    assert.equal(runs.run(NOON, { orders: days }).length, 1);
    assert.equal(runs.run(NOON + 1, { orders: days }).length, 0);
  });

  it("begin with what matters, and leave to the next runs what a state cannot hold", () => {
    const runs = new Runs();
    const days = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [`2026-01-${String(4 + n).padStart(2, "0")}`, whole(1_000_000)]),
    );
    const topics: Record<string, Record<string, Counts> | string> = Object.fromEntries(
      Array.from({ length: 1000 }, (_, n) => [`a-topic-with-a-name-${n}`, days]),
    );
    topics.unequal = { "2026-01-04": whole(1, { repeated: 1 }) };
    topics.unchecked = "x";
    const first = runs.run(NOON, topics);
    assert.match(first[0] ?? "", /^'unchecked'/);
    assert.match(first[1] ?? "", /^'unequal'/);
    assert.match(first[2] ?? "", /DATE '2026-01-10'/);
    delete topics.unchecked;
    const seen = new Set(starting(first.slice(1)));
    let run = 1;
    for (; seen.size < 7001 && run < 20; run++) {
      for (const row of starting(runs.run(NOON + run * RUN, topics))) {
        assert.ok(!seen.has(row), `twice: ${row}`);
        seen.add(row);
      }
    }
    assert.equal(seen.size, 7001);
    assert.ok(run > 2);
  });
});
