import assert from "node:assert/strict";
import { MAX_REPLAYS } from "../../../functions/common/replay.ts";
import { Plan } from "../../../scripts/replay/plan.ts";
import { requestedItem } from "../../functions/support/replay.ts";

const NOW = Date.UTC(2026, 0, 20);
let serial = 0;

function planned(...items: Parameters<typeof requestedItem>[0][]): Plan {
  const plan = new Plan();
  for (const item of items) {
    plan.add(requestedItem({ status: "ARCHIVED", date_message_id: `2026-01-10#m${serial++}`, ...item }), NOW);
  }
  return plan;
}

describe("a replay's plan", () => {
  it("has what is archived, and what could not be replayed before", () => {
    assert.equal(planned({}, { status: "REPLAY_FAILED" }).items.length, 2);
  });

  it("leaves out what is replayed, asked for, or replayed as often as is allowed", () => {
    const asked = { status: "REPLAY_REQUESTED", replay_requested_at: new Date(NOW - 3_599_000).toISOString() } as const;
    const { items, leftOut } = planned(
      { status: "REPLAYED", replay_count: 1 },
      { status: "REPLAYED", replay_count: MAX_REPLAYS },
      asked,
      { status: "REPLAY_FAILED", replay_count: MAX_REPLAYS },
    );
    assert.deepEqual([items, leftOut], [[], { replayed: 2, requested: 1, limit: 1 }]);
  });

  it("has what was asked for so long ago that Lambda has given it up", () => {
    const asked = { status: "REPLAY_REQUESTED", replay_requested_at: new Date(NOW - 3_601_000).toISOString() } as const;
    assert.equal(planned(asked).items.length, 1);
  });

  it("groups by class and type, with the first and the last day", () => {
    const plan = planned(
      { error_class: "UNKNOWN", error_type: "RECEIVES_EXHAUSTED" },
      { date_message_id: "2026-01-12#a" },
      { date_message_id: "2026-01-11#b" },
      { date_message_id: "2026-01-14#c" },
    );
    assert.deepEqual(plan.groups(), [
      {
        topic: "orders",
        errorClass: "DROP",
        errorType: "BODY_NOT_JSON",
        messages: 3,
        from: "2026-01-11",
        to: "2026-01-14",
      },
      {
        topic: "orders",
        errorClass: "UNKNOWN",
        errorType: "RECEIVES_EXHAUSTED",
        messages: 1,
        from: "2026-01-10",
        to: "2026-01-10",
      },
    ]);
  });
});
