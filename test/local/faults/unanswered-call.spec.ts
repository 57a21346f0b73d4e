import assert from "node:assert/strict";
import { unansweredCall } from "../../../local/faults/unanswered-call.ts";
import { callerWith, FakeService, scene } from "./fixtures.ts";

describe("fault unanswered-call", () => {
  it("leaves a call without an answer, effective or not, and lets the process go on", async () => {
    const { parts, execution, caller, clock, trigger } = scene("unanswered-call");
    const firehose = new FakeService("firehose");
    const faulty = unansweredCall(parts).service?.(firehose);
    let answers = 0;
    const answered = () => {
      answers += 1;
    };
    for (let invocation = 0; invocation < 100; invocation += 1) {
      execution.requestId = `request-${invocation}`;
      faulty?.call("PutRecordBatch", {}, caller).then(answered, answered);
      await clock.advance(0);
    }
    await clock.advance(3_600_000);
    assert.deepEqual([answers, trigger.injected, execution.stalls], [0, 100, 0]);
    const { length } = firehose.calls;
    assert.ok(length > 30 && length < 70, `${length} of 100 took effect`);
  });

  it("lets every other caller's calls through", async () => {
    const { parts, execution, trigger } = scene("unanswered-call");
    const faulty = unansweredCall(parts).service?.(new FakeService("firehose"));
    assert.deepEqual(await faulty?.call("PutRecord", {}, callerWith("other")), { answered: 1 });
    assert.deepEqual([execution.stalls, trigger.injected], [0, 0]);
  });
});
