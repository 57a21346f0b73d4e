import assert from "node:assert/strict";
import { findReasons, findRows, LAYERS } from "../../../scripts/smoke/layers.ts";
import { namesFor } from "../../../settings/names.ts";

const SEARCH = {
  names: namesFor("pipes", "prod"),
  topics: ["order-events", "payments"],
  run: "smoke-1",
  startedAt: Date.UTC(2026, 0, 10, 6),
};

describe("findRows", () => {
  it("asks for the run's rows alone, in all layers of all topics at once, from the day before on", async () => {
    const statements: string[] = [];
    await findRows(
      async (sql) => {
        statements.push(sql);
        return [];
      },
      SEARCH,
      LAYERS,
    );
    assert.equal(statements.length, 1);
    const selects = statements[0]?.split("\nUNION ALL\n") ?? [];
    assert.equal(selects.length, 8);
    assert.equal(
      selects[3],
      "SELECT 'order-events' AS topic, 'rejected' AS layer, message_id, count(*) AS copies " +
        'FROM "pipes_prod_semantic"."order_events_rejected" WHERE publish_time >= TIMESTAMP \'2026-01-09 00:00:00\' ' +
        "AND starts_with(correlation_id, 'c-smoke-1-') GROUP BY message_id",
    );
  });

  it("has them by topic, layer and message id", async () => {
    const row = { topic: "payments", layer: "raw", message_id: "m", copies: "2" };
    const rows = await findRows(async () => [row, { ...row, layer: "curated", copies: "1" }], SEARCH, LAYERS);
    const { raw, curated, semantic } = rows.get("payments") ?? {};
    assert.deepEqual([raw?.get("m"), curated?.get("m"), semantic?.size], [2, 1, 0]);
    assert.equal(rows.get("order-events")?.raw.size, 0);
  });

  it("splits what would be too long for one statement", async () => {
    let statements = 0;
    const topics = Array.from({ length: 100 }, (_, n) => `topic-${n}`);
    await findRows(
      async (sql) => {
        statements++;
        assert.ok(Buffer.byteLength(sql) < 262_144);
        return [];
      },
      { ...SEARCH, topics },
      LAYERS,
    );
    assert.equal(statements, 10);
  });
});

describe("findReasons", () => {
  it("adds the topics' up, the most frequent first", async () => {
    const answers = [
      [
        { reason: "a: required", copies: "1" },
        { reason: "b: required", copies: "2" },
      ],
      [{ reason: "a: required", copies: "3" }],
    ];
    assert.deepEqual(await findReasons(async () => answers.shift() ?? [], SEARCH), [
      ["a: required", 4],
      ["b: required", 2],
    ]);
  });
});
