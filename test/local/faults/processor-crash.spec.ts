import assert from "node:assert/strict";
import { processorCrash } from "../../../local/faults/processor-crash.ts";
import { callerWith, FakeService, scene } from "./fixtures.ts";

describe("fault processor-crash", () => {
  it("kills the process at a call, before or after it took effect", async () => {
    const { parts, execution, caller, trigger } = scene("processor-crash");
    const firehose = new FakeService("firehose");
    const faulty = processorCrash(parts).service?.(firehose);
    for (let invocation = 0; invocation < 100; invocation += 1) {
      execution.requestId = `request-${invocation}`;
      await assert.rejects(async () => faulty?.call("PutRecordBatch", {}, caller), { name: "InternalFailure" });
    }
    assert.equal(execution.kills, 100);
    assert.equal(trigger.injected, 100);
    const effects = firehose.calls.length;
    assert.ok(effects > 30 && effects < 70, `${effects} of 100 calls took effect`);
  });

  it("kills the process whether or not the service would have taken the call", async () => {
    const { parts, execution, caller } = scene("processor-crash");
    const firehose = new FakeService("firehose");
    firehose.call = () => Promise.reject(new Error("throttled"));
    const faulty = processorCrash(parts).service?.(firehose);
    for (let invocation = 0; invocation < 20; invocation += 1) {
      execution.requestId = `request-${invocation}`;
      await assert.rejects(async () => faulty?.call("PutRecordBatch", {}, caller), { name: "InternalFailure" });
    }
    assert.equal(execution.kills, 20);
  });

  it("concerns the calls to every service, with one count for all", async () => {
    const { parts, execution, caller } = scene("processor-crash");
    const fault = processorCrash(parts);
    const [sqs, firehose] = [new FakeService("sqs"), new FakeService("firehose")];
    await assert.rejects(async () => fault.service?.(sqs).call("DeleteMessageBatch", {}, caller));
    await fault.service?.(firehose).call("PutRecordBatch", {}, caller);
    assert.equal(execution.kills, 1);
  });

  it("lets every other caller's calls through", async () => {
    const { parts, execution, trigger } = scene("processor-crash");
    const sqs = new FakeService("sqs");
    const faulty = processorCrash(parts).service?.(sqs);
    assert.deepEqual(await faulty?.call("SendMessage", {}, callerWith("other")), { answered: 1 });
    assert.deepEqual(await faulty?.call("SendMessage", {}), { answered: 2 });
    assert.deepEqual([execution.kills, trigger.injected], [0, 0]);
  });
});
