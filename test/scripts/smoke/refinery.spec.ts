import assert from "node:assert/strict";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { refineryOf, runRefinery } from "../../../scripts/smoke/refinery.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

type Told = { status: string; output?: string; error?: string; cause?: string };

/** A run that is so, one look after the other; the last for ever. */
async function run(told: readonly Told[], deadlineMs = 60_000) {
  const clock = virtualClock();
  const inputs: unknown[] = [];
  const looks = [...told];
  const client = {
    async send({ input }: { input: unknown }) {
      inputs.push(input);
      if (inputs.length === 1) return { executionArn: "arn:run" };
      return looks.length > 1 ? looks.shift() : looks[0];
    },
  };
  const tools = { ...refineryOf(client as unknown as SFNClient, "arn:machine"), clock };
  const end = runRefinery(tools, clock.now() + deadlineMs);
  end.catch(() => undefined);
  await clock.advance(120_000);
  return { end: await end, inputs };
}

describe("runRefinery", () => {
  it("starts the machine as its schedule does, and waits for its end", async () => {
    const { end, inputs } = await run([
      { status: "RUNNING" },
      { status: "RUNNING" },
      { status: "SUCCEEDED", output: '{"balanced":3,"skipped":1}' },
    ]);
    assert.equal(end, "done");
    assert.deepEqual(inputs.slice(0, 2), [
      { stateMachineArn: "arn:machine", input: "{}" },
      { executionArn: "arn:run" },
    ]);
    assert.equal(inputs.length, 4);
  });

  it("tells a run that met another's lock from one that did its work", async () => {
    const output = '{"skipped":"another run is under way"}';
    assert.equal((await run([{ status: "SUCCEEDED", output }])).end, "under way");
  });

  it("waits no longer than it may", async () => {
    assert.equal((await run([{ status: "RUNNING" }])).end, "too late");
  });

  for (const status of ["FAILED", "TIMED_OUT", "ABORTED"]) {
    it(`says why where the run is ${status}`, async () => {
      const failed = run([{ status, error: "RunFailed", cause: "Plan: x" }]);
      const message = new RegExp(`^The refinery's run arn:run ended with ${status}: RunFailed: Plan: x\\. docs`);
      await assert.rejects(failed, { name: "OperatorError", message });
    });
  }
});
