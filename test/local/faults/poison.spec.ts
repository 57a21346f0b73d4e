import assert from "node:assert/strict";
import fc from "fast-check";
import { Poison } from "../../../local/faults/poison.ts";
import { POISON_MARKER } from "../../../local/input/poison.ts";
import { record } from "../firehose/fixtures.ts";
import { callerWith, executionsOf, FakeExecution, FakeService, firehoseOf, scene } from "./fixtures.ts";

const poisoned = `{"a":1,"${POISON_MARKER}":true}`;

/** The fault in a Firehose's way that only notes its calls. */
function setUp() {
  const execution = new FakeExecution();
  const other = new FakeExecution("replay");
  const poison = new Poison("sqs-processor", executionsOf({ processor: execution, other }));
  const firehose = new FakeService("firehose");
  const put = async (payloads: readonly string[], token: string | undefined = "processor") =>
    poison.service(firehose).call(
      "PutRecordBatch",
      // As a RAW row holds it: JSON text within JSON text.
      { Records: payloads.map((payload) => ({ Data: record({ id: "a", json_payload: payload }).data })) },
      callerWith(token),
    );
  return { execution, other, poison, firehose, put };
}

describe("poison", () => {
  it("kills the sqs-processor before anything of its request is stored", async () => {
    const { clock, parts, execution, caller } = scene("processor-crash");
    const { service, tables } = firehoseOf(clock);
    const poison = new Poison("sqs-processor", parts.executions);
    const Records = [{ Data: record({ id: "a", n: 1 }).data }, { Data: record({ id: poisoned, n: 1 }).data }];
    const call = poison.service(service).call("PutRecordBatch", { DeliveryStreamName: "events", Records }, caller);
    await assert.rejects(call, { name: "InternalFailure" });
    await service.flush();
    assert.deepEqual(tables.ids(), []);
    assert.equal(execution.kills, 1);
    assert.equal(poison.injected, 1);
  });

  it("is found wherever it stands in a record", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), async (before, after) => {
        const { execution, put } = setUp();
        await assert.rejects(put([JSON.stringify({ before, [POISON_MARKER]: true, after })]));
        assert.equal(execution.kills, 1);
      }),
    );
  });

  it("is not found in what only resembles it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(POISON_MARKER.length - 1),
        fc.integer({ min: 1, max: 127 }),
        fc.nat(2),
        async (place, change, offset) => {
          const { execution, put } = setUp();
          const codes = Buffer.from(POISON_MARKER);
          codes[place] = (codes[place] ?? 0) ^ change;
          await put([`${" ".repeat(offset)}${codes.toString("latin1")}`]);
          assert.equal(execution.kills, 0);
        },
      ),
    );
  });

  it("lets healthy records through", async () => {
    const { firehose, put, poison } = setUp();
    assert.deepEqual(await put(["{}", "{}"]), { answered: 1 });
    assert.equal(firehose.calls.length, 1);
    assert.equal(poison.injected, 0);
  });

  it("kills no other function, and no client", async () => {
    const { other, put, poison } = setUp();
    await put([poisoned], "other");
    await put([poisoned], "nobody");
    const { service } = poison;
    await service(new FakeService("firehose")).call("PutRecordBatch", { Records: [{ Data: record(poisoned).data }] });
    assert.equal(other.kills, 0);
    assert.equal(poison.injected, 0);
  });

  it("concerns PutRecordBatch of Firehose alone, whatever its form", async () => {
    const { poison, firehose, execution } = setUp();
    const sqs = new FakeService("sqs");
    assert.equal(poison.service(sqs), sqs);
    const service = poison.service(firehose);
    const caller = callerWith("processor");
    await service.call("PutRecord", { Record: { Data: record(poisoned).data } }, caller);
    for (const Records of [undefined, "x", [null], [{}], [{ Data: 1 }]]) {
      await service.call("PutRecordBatch", { Records }, caller);
    }
    assert.equal(firehose.calls.length, 6);
    assert.equal(execution.kills, 0);
  });
});
