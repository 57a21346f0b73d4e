import assert from "node:assert/strict";
import fc from "fast-check";
import { COUNTED, type Counted } from "../../../functions/refinery-plan/sql/count.ts";
import { compare } from "../../../functions/water-balance/compare.ts";
import type { Counts, Lost } from "../../../functions/water-balance/counts.ts";
import { counts, whole } from "./fixtures.ts";

const DAY = "2026-01-10";

function one(of: Counts, lost?: Lost, reasons: [string, number][] = []) {
  const days = compare({
    days: new Map([[DAY, of]]),
    reasons: new Map([[DAY, reasons]]),
    lost: new Map(lost ? [[DAY, lost]] : []),
  });
  return days[0] ?? assert.fail();
}

describe("compare", () => {
  it("finds layers balanced that hold the same messages, and names why their numbers differ", () => {
    const { isBalanced, missing, restored, note } = one(
      counts({ raw_rows: 10, raw_ids: 8, curated_rows: 8, semantic_rows: 5, rejected_rows: 3, superseded_rows: 2 }),
      { curated: 0, refined: 0 },
      [
        ["a: required", 2],
        ["b: required", 1],
      ],
    );
    assert.deepEqual([isBalanced, missing, restored], [true, 0, 0]);
    assert.equal(note, "2 duplicate; 3 rejected (2 a: required, 1 b: required); 2 superseded");
  });

  it("has nothing to say where all numbers are one", () => {
    assert.equal(one(whole(3)).note, "");
    assert.equal(one(counts()).isBalanced, true);
  });

  const differences: [Counted, string][] = [
    ["not_curated", "missing from CURATED"],
    ["not_refined", "neither in SEMANTIC nor rejected"],
    ["unfounded", "without the row of the layer before"],
    ["repeated", "more than once in a layer"],
  ];
  for (const [counted, name] of differences) {
    it(`names messages that are ${name}`, () => {
      const { isBalanced, missing, note } = one(whole(3, { [counted]: 2 }));
      assert.deepEqual([isBalanced, missing, note], [false, 2, `2 ${name}`]);
    });
  }

  it("does not take for missing what came during the run, nor for balanced", () => {
    const { isBalanced, missing, note } = one(whole(3, { not_curated: 2, young: 2 }));
    assert.deepEqual([isBalanced, missing, note], [false, 0, "2 came while the run was under way"]);
    assert.equal(one(whole(3, { not_curated: 5, young: 2 })).missing, 3);
  });

  it("names rows that the run put back, and no row twice", () => {
    const put = one(whole(3), { curated: 1, refined: 2 });
    assert.deepEqual([put.isBalanced, put.missing, put.restored], [false, 0, 3]);
    assert.equal(
      put.note,
      "1 had been removed from CURATED and were put back; 2 had been removed from SEMANTIC or rejected and were put back",
    );
    const still = one(whole(3, { unfounded: 1, not_curated: 1, not_refined: 2 }), { curated: 1, refined: 2 });
    assert.deepEqual([still.missing, still.restored], [4, 0]);
  });

  it("names the most frequent reasons only", () => {
    const reasons = ["a", "b", "c", "d"].map((name): [string, number] => [name, 1]);
    assert.equal(one(counts({ rejected_rows: 4 }), undefined, reasons).note, "4 rejected (1 a, 1 b, 1 c, …)");
  });

  it("has a day on which rows were lost and none is left, rows of no day and the newest first", () => {
    const days = compare({
      days: new Map([
        ["2026-01-09", whole(1)],
        [DAY, whole(1)],
        ["none", whole(1)],
      ]),
      reasons: new Map(),
      lost: new Map([["2026-01-08", { curated: 1, refined: 0 }]]),
    });
    assert.deepEqual(
      days.map(({ day, restored }) => [day, restored]),
      [
        ["none", 0],
        [DAY, 0],
        ["2026-01-09", 0],
        ["2026-01-08", 1],
      ],
    );
  });

  it("names every difference, whatever the numbers are", () => {
    const small = fc.nat({ max: 5 });
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(COUNTED.map((counted) => [counted, small]))),
        small,
        small,
        (given, curated, refined) => {
          const of = given as Record<Counted, number>;
          of.raw_rows = of.raw_ids + of.raw_rows;
          of.not_curated += of.young;
          const { isBalanced, missing, restored, note } = one(of, { curated, refined });
          assert.equal(isBalanced, of.not_curated + missing + restored === 0);
          assert.ok(isBalanced || note !== "");
          const named = note.split("; ").reduce((sum, part) => sum + Number(/^(\d+) /.exec(part)?.[1] ?? 0), 0);
          const explained = of.raw_rows - of.raw_ids + of.rejected_rows + of.superseded_rows + of.young;
          assert.equal(named, explained + missing + restored);
        },
      ),
    );
  });
});
