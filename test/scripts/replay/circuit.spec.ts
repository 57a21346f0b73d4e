import assert from "node:assert/strict";
import type { CircuitItem, CircuitState } from "../../../functions/common/circuit.ts";
import { CircuitGate, circuitReader, openCircuit } from "../../../scripts/replay/circuit.ts";
import { openTrackerTable, type TrackerTable } from "../../functions/support/dynamodb.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { circuitItem, createCircuitTable, HOLD } from "./circuit-table.ts";

describe("circuitReader", () => {
  let dynamodb: TrackerTable;
  before(async () => {
    dynamodb = await openTrackerTable();
  });
  after(() => dynamodb.close());

  it("reads the circuit, which is absent where nothing ever happened", async () => {
    const table = await createCircuitTable(dynamodb.client, "circuit");
    const read = circuitReader(dynamodb.client, "circuit");
    assert.equal(await read(), undefined);
    await table.put(circuitItem({ state: "HOLD", hold: HOLD }));
    assert.deepEqual(await read(), circuitItem({ state: "HOLD", hold: HOLD }));
  });

  it("takes a stack without such a table for one from before the breaker", async () => {
    assert.equal(await circuitReader(dynamodb.client, "nosuch")(), undefined);
  });

  it("does not take a table that cannot be read for one that is not there", async () => {
    // The error tracker, which has other keys.
    await assert.rejects(circuitReader(dynamodb.client, dynamodb.name)(), { name: "ValidationException" });
  });
});

describe("openCircuit", () => {
  it("says nothing of one that is closed, or never was anything else", () => {
    assert.equal(openCircuit(undefined), undefined);
    assert.equal(openCircuit(circuitItem({ state: "CLOSED" })), undefined);
  });

  const sayings: [CircuitItem, string][] = [
    [circuitItem(), "The circuit is OPEN since 2026-01-10 06:30:00 UTC (Firehose is away)"],
    [
      circuitItem({ state: "HALF_OPEN", reason: "a\nprobe" }),
      "The circuit is HALF_OPEN since 2026-01-10 06:30:00 UTC (a probe)",
    ],
    [
      circuitItem({ state: "HOLD", hold: HOLD }),
      "The circuit is held by jane until 2026-01-10 08:00:00 UTC (maintenance)",
    ],
    [
      circuitItem({ state: "SHUT" as CircuitState }),
      "The circuit is SHUT since 2026-01-10 06:30:00 UTC (Firehose is away)",
    ],
  ];
  for (const [item, saying] of sayings) {
    it(`says why and since when of one that is ${item.state}`, () => assert.equal(openCircuit(item), saying));
  }
});

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
