import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DAY_SECONDS,
  dayOf,
  dayStart,
  EVERYTHING,
  inWindow,
  windowStart,
} from "../../../../functions/refinery-plan/sql/window.ts";

const FROM = Date.UTC(2026, 0, 10, 12) / 1000;

describe("the window of ingestion", () => {
  it("is everything from zero on", () => {
    assert.equal(inWindow(EVERYTHING), "TRUE");
    assert.equal(inWindow({ from: 0, repair: ["2026-01-01"] }), "TRUE");
  });

  it("takes days in a row as one range, and a day that it begins in as a whole", () => {
    const sql = inWindow({
      from: FROM,
      repair: ["2026-01-10", "2026-01-02", "2026-01-01", "2026-01-01", "2026-01-05", "2026-01-11"],
    });
    const at = (day: string) => dayStart(day);
    assert.deepEqual(sql.split(" OR "), [
      `ingestion_ts >= ${FROM}`,
      "ingestion_ts IS NULL",
      `ingestion_ts >= ${at("2026-01-01")} AND ingestion_ts < ${at("2026-01-03")}`,
      `ingestion_ts >= ${at("2026-01-05")} AND ingestion_ts < ${at("2026-01-06")}`,
      `ingestion_ts >= ${at("2026-01-10")} AND ingestion_ts < ${at("2026-01-11")}`,
    ]);
  });

  it("stays short for a year of days", () => {
    const repair = Array.from({ length: 365 }, (_, n) => dayOf(FROM - n * DAY_SECONDS));
    assert.ok(inWindow({ from: FROM, repair }).length < 200);
  });

  it("holds exactly the seconds from its beginning on and those of its days", () => {
    const day = fc.integer({ min: -40, max: 2 });
    fc.assert(
      fc.property(fc.array(day), fc.integer({ min: -45 * DAY_SECONDS, max: DAY_SECONDS }), (offsets, second) => {
        const repair = offsets.map((offset) => dayOf(FROM + offset * DAY_SECONDS));
        const time = FROM + second;
        const sql = inWindow({ from: FROM, repair })
          .replaceAll("OR", "||")
          .replaceAll("AND", "&&")
          .replace("ingestion_ts IS NULL", "false");
        const isIn = new Function("ingestion_ts", `return ${sql};`)(time);
        assert.equal(isIn, time >= FROM || repair.includes(dayOf(time)));
        assert.ok(!isIn || time >= windowStart({ from: FROM, repair }));
      }),
    );
  });
});
