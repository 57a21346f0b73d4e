import assert from "node:assert/strict";
import type { Circuit } from "../../../functions/circuit-breaker/circuit.ts";
import type { Mapping, SavedMapping } from "../../../functions/circuit-breaker/mapping.ts";
import { planFor, wantedBy, wantsAnything } from "../../../functions/circuit-breaker/plan.ts";
import { circuit, mapping, NOW, PROBE, saved } from "./support/circuits.ts";

const LONG_AGO = new Date(NOW - 30_000).toISOString();
const JUST_NOW = new Date(NOW - 29_999).toISOString();
const OPEN = circuit();
const CLOSED = circuit({ state: "CLOSED", restoring: true, ticks: 3 });
const PROBING = circuit({ state: "HALF_OPEN", probe: { ...PROBE, uuid: "a" } });

/** What to do, by UUID, and what is pending. */
function plan(of: Circuit, mappings: readonly Mapping[], items: readonly SavedMapping[] = []) {
  const { steps, pending } = planFor(of, mappings, items, NOW);
  return [steps.map((step) => `${step.do} ${step.do === "disable" ? step.mapping.uuid : step.saved.id}`), pending];
}

const a = (state: string, given: Partial<Mapping> = {}) => [mapping("a", { state, ...given })];

describe("the plan for an open or held circuit", () => {
  const cases: [string, Mapping[], SavedMapping[], string[], number][] = [
    ["disables what is enabled", a("Enabled"), [], ["disable a"], 1],
    ["disables again what somebody has enabled", a("Enabled"), [saved("a")], ["disable a"], 1],
    ["disables what was being restored", a("Enabled"), [saved("a", { asked_at: JUST_NOW })], ["disable a"], 1],
    ["leaves what was disabled before", a("Disabled"), [], [], 0],
    ["leaves what somebody else disables", a("Disabling"), [], [], 0],
    ["leaves what it has disabled", a("Disabled"), [saved("a")], [], 0],
    ["waits for what it disables", a("Disabling"), [saved("a")], [], 1],
    ["waits for a new mapping", a("Creating"), [], [], 1],
    ["waits for one that is being enabled", a("Enabling"), [], [], 1],
    ["waits for one that is being updated", a("Updating"), [saved("a")], [], 1],
    ["leaves what is being deleted", a("Deleting"), [saved("a")], [], 0],
    ["leaves what is gone to the restoring", [], [saved("a")], [], 0],
    [
      "forgets what was restored, then disabled by somebody",
      a("Disabled"),
      [saved("a", { asked_at: LONG_AGO })],
      ["forget a"],
      0,
    ],
    [
      "does not trust a list about what was restored just now",
      a("Disabled"),
      [saved("a", { asked_at: JUST_NOW })],
      [],
      0,
    ],
  ];
  for (const [what, mappings, items, steps, pending] of cases) {
    it(what, () => {
      assert.deepEqual(plan(OPEN, mappings, items), [steps, pending]);
      assert.deepEqual(plan(circuit({ state: "HOLD" }), mappings, items), [steps, pending]);
    });
  }
});

describe("the plan for a probe", () => {
  const cases: [string, Mapping[], SavedMapping[], string[], number][] = [
    ["enables it", a("Disabled"), [saved("a")], ["probe a"], 1],
    ["waits for it", a("Enabling"), [saved("a")], [], 1],
    ["leaves it when it is enabled", a("Enabled"), [saved("a", { scaling: { was: 10 } })], [], 0],
    ["gives it little concurrency where it was never disabled", a("Enabled"), [saved("a")], ["probe a"], 1],
    ["asks for it where the list does not have it", [], [saved("a")], ["probe a"], 1],
    ["forgets it where somebody has disabled it", a("Disabled"), [saved("a", { asked_at: LONG_AGO })], ["forget a"], 0],
    ["disables it where it is not saved", a("Enabled"), [], ["disable a"], 1],
    ["disables all others", [mapping("b"), mapping("c")], [saved("b")], ["disable b", "disable c"], 2],
  ];
  for (const [what, mappings, items, steps, pending] of cases) {
    it(what, () => assert.deepEqual(plan(PROBING, mappings, items), [steps, pending]));
  }
});

describe("the plan for a closed circuit", () => {
  const cases: [string, Mapping[], SavedMapping[], string[], number][] = [
    ["restores what was enabled", a("Disabled"), [saved("a")], ["restore a"], 1],
    ["restores even what a list still shows as enabled", a("Enabled"), [saved("a")], ["restore a"], 1],
    ["waits for what is being disabled", a("Disabling"), [saved("a")], [], 1],
    ["waits for what was asked for", a("Enabling"), [saved("a", { asked_at: LONG_AGO })], [], 1],
    ["forgets what is enabled again", a("Enabled"), [saved("a", { asked_at: JUST_NOW })], ["forget a"], 0],
    ["waits where a list lags behind", a("Disabled"), [saved("a", { asked_at: JUST_NOW })], [], 1],
    ["leaves what somebody has disabled since", a("Disabled"), [saved("a", { asked_at: LONG_AGO })], ["forget a"], 0],
    ["asks for what the list does not have", [], [saved("a")], ["restore a"], 1],
    ["forgets what is gone since", [], [saved("a", { asked_at: LONG_AGO })], ["forget a"], 0],
    ["touches nothing else", [mapping("a"), mapping("b", { state: "Disabled" })], [], [], 0],
  ];
  for (const [what, mappings, items, steps, pending] of cases) {
    it(what, () => assert.deepEqual(plan(CLOSED, mappings, items), [steps, pending]));
  }

  const ids = Array.from({ length: 120 }, (_, n) => `m${String(n).padStart(3, "0")}`);
  const restored = (ticks: number, items: readonly SavedMapping[]) => {
    const all = ids.map((id) => mapping(id, { state: "Disabled" }));
    return planFor({ ...CLOSED, ticks }, all, items, NOW).steps.filter((step) => step.do === "restore").length;
  };
  const disabled = ids.map((id) => saved(id));

  it("goes in steps: a tenth, a third, all", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((ticks) => restored(ticks, disabled)),
      [12, 40, 120, 120],
    );
  });

  it("counts what it has asked for already, so that two invocations do not take two steps", () => {
    const items = disabled.map((item, n) => (n < 12 ? { ...item, asked_at: JUST_NOW } : item));
    assert.deepEqual(
      [0, 1, 2].map((ticks) => restored(ticks, items)),
      [0, 28, 108],
    );
  });

  it("takes ten at least", () => {
    assert.deepEqual(
      [0, 1].map((ticks) => restored(ticks, disabled.slice(0, 20))),
      [10, 10],
    );
    assert.equal(restored(0, disabled.slice(0, 8)), 8);
  });
});

describe("wantedBy", () => {
  it("changes with whatever changes the plan, and with nothing else", () => {
    const same = [OPEN, { ...OPEN, version: 99, ticks: 4, untold: [], reason: "x" }];
    assert.equal(new Set(same.map(wantedBy)).size, 1);
    const different = [
      OPEN,
      PROBING,
      circuit({ state: "HALF_OPEN" }),
      { ...OPEN, since: "2026-01-10T07:00:00.000Z" },
      CLOSED,
      { ...CLOSED, ticks: 0 },
      { ...CLOSED, ticks: 1 },
      { ...CLOSED, restoring: false },
    ];
    assert.equal(new Set(different.map(wantedBy)).size, different.length);
    assert.equal(wantedBy({ ...CLOSED, ticks: 2 }), wantedBy({ ...CLOSED, ticks: 3 }));
  });

  it("is of interest unless the circuit is closed and everything restored", () => {
    const wanted = [OPEN, PROBING, CLOSED, { ...CLOSED, restoring: false }, circuit({ state: "CLOSED" })];
    assert.deepEqual(wanted.map(wantsAnything), [true, true, true, false, false]);
  });
});
