import assert from "node:assert/strict";
import { isIdle, judge, type ProbeSignals } from "../../../functions/circuit-breaker/verdict.ts";
import { RULES } from "./support/world.ts";

const NOTHING: ProbeSignals = {
  forwarded: 0,
  failures: 0,
  throttles: 0,
  dropped: 0,
  batchesStarted: 0,
  invocations: 0,
  errors: 0,
};

describe("judge", () => {
  const cases: [string, Partial<ProbeSignals>, number, string | undefined][] = [
    ["nothing came", {}, 50, undefined],
    ["records are forwarded", { forwarded: 1, invocations: 1 }, 2, "good"],
    ["records are forwarded, but it is early", { forwarded: 1000, invocations: 10 }, 1, undefined],
    ["half of the messages fail", { forwarded: 5, failures: 5, invocations: 1 }, 2, "good"],
    ["more than half fail", { forwarded: 5, failures: 6, invocations: 1 }, 2, "bad"],
    ["more than half fail or are throttled", { forwarded: 5, failures: 3, throttles: 3, invocations: 1 }, 2, "bad"],
    ["one failed and none was forwarded, early", { failures: 1, invocations: 1 }, 1, "bad"],
    ["all are throttled", { throttles: 20, invocations: 1 }, 1, "bad"],
    ["all messages are bad ones", { dropped: 500, invocations: 5, batchesStarted: 5 }, 50, undefined],
    ["bad messages and good ones", { dropped: 500, forwarded: 1, invocations: 5 }, 2, "good"],
    ["every invocation crashes", { invocations: 3, errors: 3, batchesStarted: 3 }, 2, "bad"],
    ["every invocation crashes, early", { invocations: 3, errors: 3 }, 1, undefined],
    ["errors, of which the invocations are not counted yet", { errors: 1 }, 2, "bad"],
    ["half of the invocations crash", { forwarded: 9, invocations: 4, errors: 2 }, 2, "good"],
    ["most crash, but some records get through", { forwarded: 9, invocations: 4, errors: 3 }, 2, undefined],
    ["the same for long", { forwarded: 9, invocations: 4, errors: 3 }, 10, "bad"],
  ];
  for (const [what, signals, ticks, verdict] of cases) {
    it(`says ${verdict ?? "nothing"} after ${ticks} ticks where ${what}`, () => {
      assert.equal(judge({ ...NOTHING, ...signals }, ticks, RULES)?.is, verdict);
    });
  }

  it("tells crashes from a failing dependency, and gives its figures", () => {
    assert.deepEqual(judge({ ...NOTHING, invocations: 3, errors: 2 }, 2, RULES), {
      is: "bad",
      isCrash: true,
      reason: "2 of 3 invocations ended in an error, 0 of 0 messages forwarded",
    });
    const bad = judge({ ...NOTHING, invocations: 3, errors: 3, failures: 4 }, 2, RULES);
    assert.deepEqual(bad, { is: "bad", reason: "0 of 4 messages forwarded" });
  });
});

describe("isIdle", () => {
  it("is so only where no invocation is known of, by any signal", () => {
    assert.ok(isIdle(NOTHING));
    for (const signal of ["batchesStarted", "invocations", "errors"] as const) {
      assert.ok(!isIdle({ ...NOTHING, [signal]: 1 }), signal);
    }
  });
});
