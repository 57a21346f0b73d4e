import assert from "node:assert/strict";
import { noticeOf } from "../../../functions/circuit-breaker/notice.ts";
import type { CircuitState } from "../../../functions/common/circuit.ts";

const AT = "2026-01-10T06:00:00.000Z";
const notice = (to: CircuitState, more: object = {}, name = "lean-ops-dev-sqs-processor") =>
  noticeOf({ from: to === "OPEN" ? "CLOSED" : "OPEN", to, at: AT, reason: "the reason", version: 1, ...more }, name);

describe("noticeOf", () => {
  const next: [CircuitState, object, RegExp][] = [
    ["OPEN", { minutes: 10 }, /disabled.*After 10 minutes one mapping is enabled as a probe/],
    ["OPEN", { minutes: 1 }, /After a minute one/],
    ["HALF_OPEN", {}, /one mapping is enabled as a probe/],
    ["HOLD", { until: "2026-01-10T08:00:00.000Z" }, /releases it, at 2026-01-10T08:00:00.000Z at the latest/],
    ["CLOSED", {}, /enabled again, in steps/],
  ];
  for (const [to, more, expected] of next) {
    it(`says of ${to} ${JSON.stringify(more)} what happened, why, what is next, and where to read on`, () => {
      const { subject, text } = notice(to, more);
      assert.equal(subject, `Circuit ${to}: lean-ops-dev-sqs-processor`);
      assert.match(text, new RegExp(`from [A-Z]+ to ${to}, at ${AT}`));
      assert.match(text, /Why: the reason/);
      assert.match(text, expected);
      assert.match(text, /docs\/operations\.md#the-circuit-breaker/);
    });
  }

  it("says of a hold that was changed that it goes on", () => {
    assert.match(notice("HOLD", { from: "HOLD" }).text, /is still HOLD, by a new request/);
  });

  it("has a subject that SNS takes, whatever the function is called", () => {
    for (const name of ["x".repeat(200), "fünktion\nname\u0000", "日本"]) {
      assert.match(notice("OPEN", {}, name).subject, /^[ -~]{1,100}$/);
    }
  });
});
