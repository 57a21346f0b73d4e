import assert from "node:assert/strict";
import { processorTimeout } from "../../../local/faults/processor-timeout.ts";
import { anothersCall, hundredCalls } from "./fixtures.ts";

describe("fault processor-timeout", () => {
  it("leaves a call without an answer, effective or not, and halts the process", async () => {
    const { effective, ...others } = await hundredCalls("processor-timeout", processorTimeout);
    assert.deepEqual(others, { answers: 0, injected: 100, stalls: 100 });
    assert.ok(effective > 30 && effective < 70, `${effective} of 100 took effect`);
  });

  it("lets every other caller's calls through", async () => {
    const answer = { answered: 1 };
    assert.deepEqual(await anothersCall("processor-timeout", processorTimeout), { answer, stalls: 0, injected: 0 });
  });
});
