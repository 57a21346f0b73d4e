import assert from "node:assert/strict";
import { type Circuit, NEW_CIRCUIT } from "../../../functions/circuit-breaker/circuit.ts";
import {
  needsProbe,
  type Observations,
  onAlarm,
  onCommand,
  onPick,
  onTick,
  Refused,
} from "../../../functions/circuit-breaker/decide.ts";
import type { CircuitState } from "../../../functions/common/circuit.ts";
import { circuit, NOW, PROBE, SINCE } from "./support/circuits.ts";
import { RULES } from "./support/world.ts";

const MOMENT = { now: NOW, rules: RULES };
const ALARM = { name: "a", reason: "51 %", at: NOW - 1000 };
const HOLD = { by: "jane", reason: "test", since: SINCE, until: new Date(NOW + 60_000).toISOString() };

const tick = (before: Circuit, observed: Observations = {}, time = "t", now = NOW) =>
  onTick(before, time, observed, { now, rules: RULES });
const open = (given: Partial<Circuit> = {}) => circuit({ coolDownTicks: 5, ...given });
const probing = (given: Partial<Circuit> = {}) => open({ state: "HALF_OPEN", probe: PROBE, ...given });
const held = (given: Partial<Circuit> = {}) => circuit({ state: "HOLD", hold: HOLD, ...given });
const closed = (given: Partial<Circuit> = {}) => circuit({ state: "CLOSED", ticks: 3, ...given });

describe("an alarm", () => {
  it("opens a closed circuit, and one of which nothing was ever written", () => {
    for (const before of [closed(), closed({ restoring: true, ticks: 0 }), NEW_CIRCUIT]) {
      const after = onAlarm(before, ALARM, MOMENT);
      assert.deepEqual([after?.state, after?.coolDownTicks, after?.reason], ["OPEN", 5, "alarm a: 51 %"]);
      assert.equal(after?.version, before.version + 1);
    }
  });

  it("ends a probe, and doubles the cool-down", () => {
    const after = onAlarm(probing({ coolDownTicks: 5 }), ALARM, MOMENT);
    assert.deepEqual([after?.state, after?.coolDownTicks, after?.probe], ["OPEN", 10, undefined]);
  });

  it("changes nothing while the circuit is open or held", () => {
    for (const before of [open(), held()]) assert.equal(onAlarm(before, ALARM, MOMENT), undefined);
  });

  it("changes nothing where it went off before the last transition", () => {
    for (const before of [closed(), probing()]) {
      assert.equal(onAlarm(before, { ...ALARM, at: Date.parse(SINCE) }, MOMENT), undefined);
    }
  });
});

describe("a tick", () => {
  it("counts once, however often it comes", () => {
    const once = tick(open(), {}, "one") ?? assert.fail();
    assert.equal(once.ticks, 1);
    assert.equal(tick(once, {}, "one"), undefined);
    assert.equal(tick(once, {}, "two")?.ticks, 2);
  });

  describe("of a closed circuit", () => {
    it("writes nothing once three are counted", () => {
      assert.equal(tick(closed({ ticks: 1 }))?.ticks, 2);
      assert.equal(tick(closed({ ticks: 2 }))?.ticks, 3);
      assert.equal(tick(closed({ ticks: 3 })), undefined);
      assert.equal(tick(NEW_CIRCUIT), undefined);
    });

    it("opens it where an alarm went off since, of which nobody told", () => {
      for (const before of [closed({ ticks: 0 }), NEW_CIRCUIT]) {
        const after = tick(before, { alarms: [ALARM] });
        assert.deepEqual([after?.state, after?.reason], ["OPEN", "alarm a, as a tick found it: 51 %"]);
      }
    });

    it("opens it for an alarm from before only where that does not end for three ticks", () => {
      const alarms = [{ ...ALARM, at: Date.parse(SINCE) - 1 }];
      for (const [ticks, state] of [
        [0, "CLOSED"],
        [1, "CLOSED"],
        [2, "OPEN"],
        [3, "OPEN"],
      ] as const) {
        assert.equal(tick(closed({ ticks }), { alarms })?.state, state, `${ticks}`);
      }
    });
  });

  describe("of an open circuit", () => {
    it("begins a probe when as many have come as the cool-down has, however late it is", () => {
      assert.equal(tick(open({ ticks: 3 }), {}, "t", NOW + 86_400_000)?.state, "OPEN");
      const after = tick(open({ ticks: 4 }), {}, "t", 0);
      assert.deepEqual([after?.state, after?.reason], ["HALF_OPEN", "the cool-down of 5 minutes is over"]);
      assert.equal(tick(open({ ticks: 9, coolDownTicks: 10 }))?.state, "HALF_OPEN");
    });

    it("remembers which topic had most failures", () => {
      assert.deepEqual(tick(open(), { tripping: { topic: "orders" } })?.tripping, { topic: "orders" });
      assert.deepEqual(tick(open({ ticks: 4 }), { tripping: {} })?.tripping, {});
    });
  });

  describe("of a half-open circuit", () => {
    it("closes it on a good verdict, and begins to restore", () => {
      const after = tick(probing(), { verdict: { is: "good", reason: "9 of 9" } });
      assert.deepEqual([after?.state, after?.restoring], ["CLOSED", true]);
      assert.equal(after?.reason, "the probe, topic orders: 9 of 9");
    });

    it("opens it on a bad one, for twice as long", () => {
      const before = probing({ coolDownTicks: 10, crashedProbe: "x" });
      const after = tick(before, { verdict: { is: "bad", reason: "0 of 9" } });
      assert.deepEqual([after?.state, after?.coolDownTicks, after?.crashedProbe], ["OPEN", 15, undefined]);
    });

    it("opens it for the first cool-down where a hold came before", () => {
      const after = tick(circuit({ state: "HALF_OPEN", probe: PROBE }), { verdict: { is: "bad", reason: "" } });
      assert.equal(after?.coolDownTicks, 5);
    });

    it("remembers the probe whose function crashed", () => {
      const after = tick(probing(), { verdict: { is: "bad", isCrash: true, reason: "" } });
      assert.equal(after?.crashedProbe, "b");
    });

    it("goes on without verdict, for ever", () => {
      const after = tick(probing({ ticks: 1000 }));
      assert.deepEqual([after?.state, after?.ticks, after?.probe?.ticks], ["HALF_OPEN", 1001, 1]);
    });

    it("takes another probe, whose time begins anew", () => {
      const after = tick(probing({ probe: { ...PROBE, ticks: 8 } }), {
        pick: { probe: { uuid: "c", topic: "payments" }, measuredTo: "d" },
      });
      const since = new Date(NOW).toISOString();
      assert.deepEqual(after?.probe, { uuid: "c", topic: "payments", since, ticks: 0 });
      assert.equal(after?.measuredTo, "d");
    });

    it("keeps the probe that is picked again", () => {
      const after = tick(probing(), { pick: { probe: { uuid: "b", topic: "orders" }, measuredTo: "d" } });
      assert.deepEqual([after?.probe, after?.measuredTo], [{ ...PROBE, ticks: 1 }, "d"]);
    });

    it("drops a probe that is gone", () => {
      assert.equal(tick(probing(), { isProbeGone: true })?.probe, undefined);
    });

    it("closes it at the second tick where there is nothing to probe", () => {
      const before = open({ state: "HALF_OPEN" });
      assert.equal(tick(before, { isNothingToProbe: true })?.state, "HALF_OPEN");
      assert.equal(tick({ ...before, ticks: 1 }, { isNothingToProbe: true })?.state, "CLOSED");
    });
  });

  describe("of a held circuit", () => {
    it("changes nothing before the hold's end, whatever is observed", () => {
      const observed = { alarms: [ALARM], verdict: { is: "good", reason: "" } } as const;
      assert.equal(tick(held(), observed, "t", NOW + 59_999), undefined);
    });

    it("ends the hold with a probe", () => {
      const after = tick(held(), {}, "t", NOW + 60_000);
      assert.deepEqual([after?.state, after?.reason], ["HALF_OPEN", "the hold of jane has ended"]);
      assert.equal(after?.hold, undefined);
    });
  });
});

describe("a probe is picked", () => {
  it("only where a half-open circuit has none", () => {
    const pick = { probe: { uuid: "c", topic: "payments" } };
    assert.equal(onPick(probing(), pick, NOW), undefined);
    assert.equal(onPick(open(), pick, NOW), undefined);
    const after = onPick(open({ state: "HALF_OPEN" }), pick, NOW);
    assert.deepEqual([after?.probe?.uuid, after?.version], ["c", 8]);
    assert.deepEqual([probing(), open(), open({ state: "HALF_OPEN" })].map(needsProbe), [false, false, true]);
  });
});

describe("a command", () => {
  const jane = { by: "jane", reason: "test" };
  const states: Record<CircuitState, Circuit> = { CLOSED: closed(), OPEN: open(), HALF_OPEN: probing(), HOLD: held() };
  const results: ["open" | "close" | "hold" | "release", Record<CircuitState, CircuitState | RegExp>][] = [
    [
      "open",
      {
        CLOSED: "OPEN",
        OPEN: /^open: .*already, is OPEN since 2026/,
        HALF_OPEN: "OPEN",
        HOLD: /held by jane; release/,
      },
    ],
    [
      "close",
      { CLOSED: /^close: .*already/, OPEN: "CLOSED", HALF_OPEN: "CLOSED", HOLD: /^close: .*held by jane; release/ },
    ],
    ["hold", { CLOSED: "HOLD", OPEN: "HOLD", HALF_OPEN: "HOLD", HOLD: "HOLD" }],
    ["release", { CLOSED: /must be held, is CLOSED/, OPEN: /is OPEN/, HALF_OPEN: /is HALF_OPEN/, HOLD: "HALF_OPEN" }],
  ];
  for (const [command, byState] of results) {
    for (const [state, expected] of Object.entries(byState)) {
      it(`${command} while ${state} ${typeof expected === "string" ? `leads to ${expected}` : "is refused"}`, () => {
        const after = onCommand(states[state as CircuitState], { command, ...jane }, MOMENT);
        if (after instanceof Refused) assert.match(after.rule, expected as RegExp);
        else assert.deepEqual([after.state, after.reason], [expected, "jane: test"]);
      });
    }
  }

  it("open during a probe does not make the cool-down longer", () => {
    const after = onCommand(probing({ coolDownTicks: 10 }), { command: "open", ...jane }, MOMENT);
    assert.equal((after as Circuit).coolDownTicks, 10);
  });

  it("says who, where it gives no reason", () => {
    const after = onCommand(open(), { command: "close", by: "jane" }, MOMENT);
    assert.equal((after as Circuit).reason, "close by jane");
  });

  describe("hold", () => {
    const hold = (before: Circuit, minutes?: number, now = NOW) => {
      const command = { command: "hold", ...jane, ...(minutes === undefined ? {} : { minutes }) } as const;
      const after = onCommand(before, command, { now, rules: RULES });
      return after instanceof Refused ? after.rule : after.hold;
    };
    const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

    it("lasts as long as asked, or as long as is allowed", () => {
      assert.deepEqual(hold(open(), 90), { ...jane, since: at(0), until: at(90) });
      assert.deepEqual(hold(open()), { ...jane, since: at(0), until: at(RULES.maximumHoldMinutes) });
      assert.deepEqual(hold(open(), RULES.maximumHoldMinutes), hold(open()));
    });

    it("is refused where it is longer than that, with the rule", () => {
      assert.match(
        String(hold(open(), 2881)),
        /^minutes: must be at most 2880 \(a hold lasts half of the queues' retention .* no dead-letter queue\), is 2881$/,
      );
    });

    it("can be changed, but lasts no longer than is allowed from its beginning", () => {
      const before = held({ hold: { ...HOLD, since: at(-2000), until: at(10) } });
      assert.deepEqual(hold(before, 800), { ...jane, since: at(-2000), until: at(800) });
      assert.deepEqual(hold(before, 1), { ...jane, since: at(-2000), until: at(1) });
      assert.match(String(hold(before, 881)), /at most 880 .*, since it is held since 2026.*, is 881/);
      assert.deepEqual(hold(before), { ...jane, since: at(-2000), until: at(880) });
    });
  });
});
