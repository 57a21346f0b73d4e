import assert from "node:assert/strict";
import { unansweredCall } from "../../../local/faults/unanswered-call.ts";
import { anothersCall, hundredCalls } from "./fixtures.ts";

describe("fault unanswered-call", () => {
  it("leaves a call without an answer, effective or not, and lets the process go on", async () => {
    const { effective, ...others } = await hundredCalls("unanswered-call", unansweredCall);
    assert.deepEqual(others, { answers: 0, injected: 100, stalls: 0 });
    assert.ok(effective > 30 && effective < 70, `${effective} of 100 took effect`);
  });

  it("lets every other caller's calls through", async () => {
    const answer = { answered: 1 };
    assert.deepEqual(await anothersCall("unanswered-call", unansweredCall), { answer, stalls: 0, injected: 0 });
  });
});
