import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import type { CircuitItem } from "../../../functions/common/circuit.ts";
import { Display } from "../../../scripts/replay/display.ts";
import { parseOptions } from "../../../scripts/replay/options.ts";
import { replay } from "../../../scripts/replay/replay.ts";
import { requestedItem } from "../../functions/support/replay.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { circuitItem } from "../common/circuit-table.ts";

describe("a long replay", () => {
  it("asks for nothing more when the circuit opens, and says how far it came", async () => {
    const clock = virtualClock();
    const stream = new PassThrough();
    const found = Array.from({ length: 1000 }, (_, n) =>
      requestedItem({ status: "ARCHIVED", date_message_id: `2026-01-10#${n}` }),
    );
    let requests = 0;
    let circuit: CircuitItem | undefined;
    const problem = replay(parseOptions(["--topic", "orders", "--since", "2026-01-10", "--rate", "10", "--yes"]), {
      tracker: {
        async *find() {
          yield* found;
        },
        async request() {
          requests += 1;
          return true;
        },
      },
      readCircuit: async () => circuit,
      clock,
      display: new Display(stream as unknown as NodeJS.WriteStream),
    }).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    await clock.advance(12_000);
    assert.equal(requests, 121);
    circuit = circuitItem();
    await clock.advance(60_000);
    assert.match(String(await problem), /^The circuit is OPEN since/);
    assert.equal(requests, 200);
    assert.match(String(stream.read()), /The replay of 200 messages is asked for\.\n$/);
  });
});
