import assert from "node:assert/strict";
import { readBalance } from "../../../scripts/smoke/balance.ts";
import { namesFor } from "../../../settings/names.ts";

const PLACE = { names: namesFor("pipes", "prod"), topics: ["orders", "events"] };
const row = (time: string, topic: string, status: string, given: Record<string, string> = {}) => ({
  ...{ checked_at: `2026-01-10T${time}:00.000000`, topic, day: "2026-01-10", status, unexplained: "0", note: "" },
  ...given,
});

describe("readBalance", () => {
  it("asks for what was told since then", async () => {
    let asked = "";
    await readBalance(
      async (sql) => {
        asked = sql;
        return [];
      },
      PLACE,
      Date.UTC(2026, 0, 10, 6, 30),
    );
    assert.match(
      asked,
      /FROM "pipes_prod_semantic"\."water_balance" WHERE checked_at >= TIMESTAMP '2026-01-10 06:30:00\.000'$/,
    );
  });

  it("has of each topic and day the last row, of several days the worst, and no topic that nobody asked for", async () => {
    const balances = await readBalance(
      async () => [
        row("06:40", "orders", "unequal", { unexplained: "3", note: "3 missing from CURATED" }),
        row("06:50", "orders", "balanced"),
        row("06:40", "orders", "unequal", { day: "2026-01-09", unexplained: "2", note: "2 more than once in a layer" }),
        row("06:40", "payments", "not_checked"),
      ],
      PLACE,
      0,
    );
    assert.deepEqual(
      [...balances],
      [["orders", { status: "unequal", unexplained: 2, notes: ["2026-01-09: 2 more than once in a layer"] }]],
    );
  });

  it("forgets that a topic was not checked where a later run has checked it, and only there", async () => {
    const { day: _day, ...unchecked } = row("06:45", "orders", "not_checked", { note: "Curate: x" });
    const read = async (time: string) => {
      const all = await readBalance(async () => [unchecked, row(time, "orders", "balanced")], PLACE, 0);
      return all.get("orders")?.status;
    };
    assert.deepEqual([await read("06:50"), await read("06:40")], ["balanced", "not_checked"]);
  });
});
