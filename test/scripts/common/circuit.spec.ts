import assert from "node:assert/strict";
import type { CircuitItem, CircuitState } from "../../../functions/common/circuit.ts";
import { circuitReader, openCircuit } from "../../../scripts/common/circuit.ts";
import { openTrackerTable, type TrackerTable } from "../../functions/support/dynamodb.ts";
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
