import assert from "node:assert/strict";
import fc from "fast-check";
import { currentName, rejectedName, tableName, topicTables } from "../../../../functions/refinery-plan/sql/tables.ts";
import { BALANCE_TABLE } from "../../../../functions/water-balance/statements.ts";
import { namesFor } from "../../../../settings/names.ts";

describe("the names of a topic's tables", () => {
  it("are those that the program gives them", () => {
    const names = namesFor("lean-ops", "dev");
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/), (topic) => {
        assert.deepEqual(
          [tableName(topic), rejectedName(topic), currentName(topic)],
          [names.table(topic), names.rejectedTable(topic), names.currentView(topic)],
        );
      }),
    );
  });

  it("stand in SQL with their databases", () => {
    const tables = topicTables({ raw: "r", curated: "c", semantic: "s" }, "order-events");
    assert.deepEqual(tables, {
      raw: '"r"."order_events"',
      curated: '"c"."order_events"',
      semantic: '"s"."order_events"',
      rejected: '"s"."order_events_rejected"',
      current: '"s"."order_events_current"',
    });
    assert.equal(tableName("water-balance"), BALANCE_TABLE);
  });
});
