import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { FUNCTION_NAMES } from "../../settings/names.ts";

/** Of the heap: a fraction of what the smallest function has, the test's own share of a batch included. */
const HEAP_MB = 160;

/** What a function may keep for its next batch: the sqs-processor's scratch space for a message of a megabyte. */
const RETAINED_MB = 64;

describe("the largest batches", function () {
  this.timeout(120_000);
  it("need no more memory however many there are, and leave next to nothing behind", async () => {
    const worker = new Worker(new URL("./memory-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    // It ends with ERR_WORKER_OUT_OF_MEMORY where the heap does not suffice.
    const [retained] = (await once(worker, "message")) as [Record<string, number>];
    await worker.terminate();
    const functions = Object.keys(retained).map((what) => what.split(":")[0]);
    assert.deepEqual(new Set(functions), new Set(FUNCTION_NAMES));
    for (const [what, mb] of Object.entries(retained)) assert.ok(mb < RETAINED_MB, `${what} leaves ${mb} MB`);
  });
});
