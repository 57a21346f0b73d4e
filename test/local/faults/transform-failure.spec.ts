import assert from "node:assert/strict";
import { transformFailure } from "../../../local/faults/transform-failure.ts";
import { DeliveryStream } from "../../../local/firehose/stream.ts";
import { configuration, FakeFunction, FakeObjects, FakeTables, order } from "../firehose/fixtures.ts";
import { scene } from "./fixtures.ts";

/** Ten records, each in an invocation of its own, through Firehose with the fault in its transform's way. */
async function deliver(rate: number) {
  const { parts, clock, trigger } = scene("transform-failure", { rate });
  const [tables, objects, fn] = [new FakeTables(), new FakeObjects(), new FakeFunction()];
  const invoker = transformFailure(parts).transformInvoker?.(fn) ?? fn;
  const stream = new DeliveryStream(configuration({ transform: { buffer: { bytes: 1, ms: 1 } } }), {
    invoker,
    tables,
    objects,
    clock,
  });
  for (let id = 0; id < 10; id += 1) {
    stream.put([order(`a${id}`)]);
    await clock.advance(60_000);
  }
  await clock.advance(600_000);
  return { rows: tables.ids(), documents: objects.documents(), invoked: fn.events.length, injected: trigger.injected };
}

describe("fault transform-failure", () => {
  it("fails invocations, which Firehose repeats", async () => {
    const { rows, documents, invoked, injected } = await deliver(0.4);
    assert.equal(rows.length + documents.length, 10);
    assert.ok(injected > 0 && rows.length > 5, `${injected} failures, ${rows.length} rows`);
    assert.equal(invoked, rows.length, "the function runs only where it is not made to fail");
  });

  it("brings every record to the error output when no invocation succeeds", async () => {
    const { rows, documents, invoked, injected } = await deliver(1);
    assert.deepEqual(rows, []);
    assert.equal(documents.length, 10);
    assert.deepEqual([invoked, injected], [0, 40]);
    for (const { errorCode, errorMessage, attemptsMade } of documents) {
      assert.deepEqual([errorCode, attemptsMade], ["Lambda.FunctionError", 4]);
      assert.match(errorMessage, /exit status 1/);
    }
  });
});
