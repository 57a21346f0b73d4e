import assert from "node:assert/strict";
import type { Complete, Progress } from "../../../functions/refinery-plan/progress.ts";
import { compare } from "../../../functions/water-balance/compare.ts";
import type { Counts, Lost } from "../../../functions/water-balance/counts.ts";
import { nextOf } from "../../../functions/water-balance/next.ts";
import { counts, NOON, planItem, whole } from "./fixtures.ts";

const NOW = NOON / 1000;
const OPTIONS = { startedAt: NOON, graceMinutes: 30, left: undefined };

function next(
  days: Record<string, Counts>,
  before?: Partial<Complete>,
  lost: Record<string, Lost> = {},
  options = OPTIONS,
) {
  const known = before && {
    kind: "PROGRESS" as const,
    id: "orders",
    run_at: 0,
    complete: { since: {}, days: {}, ...before },
  };
  const balances = compare({
    days: new Map(Object.entries(days)),
    reasons: new Map(),
    lost: new Map(Object.entries(lost)),
  });
  return nextOf(planItem("orders"), balances, known as Progress | undefined, options);
}

describe("what a run leaves for the next one", () => {
  it("is where it began, what RAW was, and what the rows were judged by", () => {
    const left = { curated: "c", semantic: "s", rejected: "r" };
    const { complete } = next({ "2026-01-10": whole(3) }, undefined, {}, { ...OPTIONS, left } as never);
    assert.deepEqual(complete, {
      at: NOW,
      columns: "digest",
      raw: "s3://lake/orders/1",
      left,
      balanced: true,
      repair: [],
      since: {},
      days: { "2026-01-10": { raw_rows: 3, duplicates: 0, rejected: 0 } },
    });
  });

  it("has the days to repair whose rows are missing, but for rows of no day and young ones", () => {
    const { complete, unexplained } = next({
      "2026-01-10": whole(3, { not_curated: 1, young: 1 }),
      "2026-01-09": whole(3, { not_refined: 1 }),
      none: whole(1, { unfounded: 1 }),
    });
    assert.deepEqual(
      [complete.repair, complete.since, complete.balanced],
      [["2026-01-09"], { "2026-01-09": NOW, none: NOW }, false],
    );
    assert.equal(unexplained, 0);
  });

  it("remembers since when a difference is, and tells of it when it outlives the grace period", () => {
    const day = { "2026-01-09": whole(3, { repeated: 2 }), "2026-01-08": whole(3, { repeated: 4 }) };
    const since = { "2026-01-09": NOW - 1799, "2026-01-08": NOW - 60 };
    assert.deepEqual([next(day, { since }).unexplained, next(day, { since }).complete.since], [0, since]);
    const older = { ...since, "2026-01-09": NOW - 1800 };
    assert.equal(next(day, { since: older }).unexplained, 2);
    assert.equal(next(day, { since: older }, {}, { ...OPTIONS, graceMinutes: 0 }).unexplained, 6);
  });

  it("forgets a difference that has healed", () => {
    const { complete, unexplained } = next(
      { "2026-01-09": whole(3) },
      { since: { "2026-01-09": 0 }, repair: ["2026-01-09"] },
    );
    assert.deepEqual([complete.since, complete.repair, complete.balanced, unexplained], [{}, [], true, 0]);
  });

  it("tells of rows that were put back at once, and once", () => {
    const { complete, unexplained } = next(
      { "2026-01-10": whole(3) },
      {},
      { "2026-01-10": { curated: 2, refined: 1 } },
    );
    assert.deepEqual([unexplained, complete.balanced, complete.repair, complete.since], [3, false, [], {}]);
  });

  it("counts what was rejected and came twice since the last run", () => {
    const days = {
      "2026-01-10": counts({ raw_rows: 9, raw_ids: 5, rejected_rows: 3 }),
      "2026-01-09": counts({ raw_rows: 4, raw_ids: 2, rejected_rows: 2 }),
      none: counts({ rejected_rows: 1 }),
    };
    const first = next(days);
    assert.deepEqual([first.rejected, first.duplicates], [6, 6]);
    const memory = {
      "2026-01-10": { raw_rows: 5, duplicates: 1, rejected: 1 },
      "2026-01-09": { raw_rows: 4, duplicates: 2, rejected: 7 },
    };
    const later = next(days, { days: memory });
    assert.deepEqual([later.rejected, later.duplicates], [3, 3]);
    const again = next(days, first.complete);
    assert.deepEqual([again.rejected, again.duplicates], [0, 0]);
  });
});
