import assert from "node:assert/strict";
import { processorTimeout } from "../../../local/faults/processor-timeout.ts";
import { callerWith, FakeService, scene } from "./fixtures.ts";

describe("fault processor-timeout", () => {
  it("leaves a call without an answer, effective or not, and halts the process in one half", async () => {
    const { parts, execution, caller, clock, trigger } = scene("processor-timeout");
    const firehose = new FakeService("firehose");
    const faulty = processorTimeout(parts).service?.(firehose);
    let answers = 0;
    const answered = () => {
      answers += 1;
    };
    const effective: boolean[] = [];
    const halted: boolean[] = [];
    for (let invocation = 0; invocation < 100; invocation += 1) {
      execution.requestId = `request-${invocation}`;
      const [calls, stalls] = [firehose.calls.length, execution.stalls];
      faulty?.call("PutRecordBatch", {}, caller).then(answered, answered);
      await clock.advance(0);
      effective.push(firehose.calls.length > calls);
      halted.push(execution.stalls > stalls);
    }
    await clock.advance(3_600_000);
    assert.equal(answers, 0);
    assert.equal(trigger.injected, 100);
    const kinds: Partial<Record<string, boolean[]>> = Object.groupBy(
      effective,
      (isEffective, index) => `${isEffective} ${halted[index]}`,
    );
    for (const kind of ["true true", "true false", "false true", "false false"]) {
      const { length } = kinds[kind] ?? [];
      assert.ok(length > 10 && length < 40, `${kind}: ${length} of 100`);
    }
  });

  it("lets every other caller's calls through", async () => {
    const { parts, execution, trigger } = scene("processor-timeout");
    const faulty = processorTimeout(parts).service?.(new FakeService("firehose"));
    assert.deepEqual(await faulty?.call("PutRecord", {}, callerWith("other")), { answered: 1 });
    assert.deepEqual([execution.stalls, trigger.injected], [0, 0]);
  });
});
