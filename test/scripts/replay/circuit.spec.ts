import assert from "node:assert/strict";
import type { CircuitItem } from "../../../functions/common/circuit.ts";
import { CircuitGate } from "../../../scripts/replay/circuit.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { circuitItem } from "../common/circuit-table.ts";

describe("CircuitGate", () => {
  it("asks once however many pass, and again when seconds have passed", async () => {
    const clock = virtualClock();
    let asked = 0;
    const gate = new CircuitGate(async () => {
      asked += 1;
      return undefined;
    }, clock);
    await Promise.all([gate.pass(), gate.pass(), gate.pass()]);
    await clock.advance(9_999);
    await gate.pass();
    assert.equal(asked, 1);
    await clock.advance(1);
    await Promise.all([gate.pass(), gate.pass()]);
    assert.equal(asked, 2);
  });

  it("lets nothing pass once the circuit is seen open", async () => {
    const clock = virtualClock();
    let item: CircuitItem | undefined;
    const gate = new CircuitGate(async () => item, clock);
    await gate.pass();
    item = circuitItem();
    await clock.advance(10_000);
    const refusal = { name: "OperatorError", message: /^The circuit is OPEN since .*: nothing is replayed until/ };
    await assert.rejects(gate.pass(), refusal);
    await assert.rejects(gate.pass(), refusal);
  });

  it("lets nothing pass while it cannot be asked", async () => {
    const gate = new CircuitGate(async () => Promise.reject(new Error("denied")), virtualClock());
    await assert.rejects(gate.pass(), /denied/);
  });
});
