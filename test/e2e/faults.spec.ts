import assert from "node:assert/strict";
import PQueue from "p-queue";
import { FAULT_NAMES, type FaultName } from "../../local/faults/asked-fault.ts";
import { webhookEvents } from "../../local/input/webhooks.ts";
import { produce } from "../../local/producer/produce.ts";
import { total } from "../../local/run/accounts.ts";
import { layers, totalOf } from "../../local/run/layers.ts";
import { isBalanced, refine } from "../../local/run/refinery.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";

const RECORDS = 240;

/** Most of a run is waiting for a visibility timeout, so several share the machine. */
const runs = new PQueue({ concurrency: 3 });

async function runWith(name: FaultName) {
  const asked = [{ name, rate: 0.2, from: 0, to: Number.POSITIVE_INFINITY }];
  const stack = await startStack({
    faults: { asked, poison: false, seed: 1 },
    // Small batches, so that a fifth of the invocations is some.
    settings: { processor: { batchSize: 10, batchWindowSeconds: 0 } },
    speed: 15,
  });
  try {
    const topics = [...stack.outputs.queueUrls.keys()];
    const events = webhookEvents({
      topics,
      records: RECORDS,
      malformed: 0.05,
      poison: 0,
      bytes: 600,
      seed: 1,
      now: Date.now(),
    });
    await produce(events, {
      endpoint: stack.gateway.endpoint,
      region: stack.graph.region,
      queueUrls: stack.outputs.queueUrls,
      refused: ({ reason }) => assert.fail(reason),
    });
    await stack.settled();
    const balance = name === "duplicate-delivery" ? await balanceOf(stack) : undefined;
    const account = total((await stack.accounts()).values());
    return { account, injected: stack.cloud.faults.injected()[name] ?? 0, balance };
  } finally {
    await stack.stop();
  }
}

/** What the refinery makes of it, and how its layers compare. */
async function balanceOf({ cloud, outputs }: RunningStack) {
  const run = await refine(cloud, outputs);
  return { run, layers: totalOf((await layers(cloud, outputs)).values()) };
}

describe("a run in which a fifth goes wrong", function () {
  this.timeout(300_000);
  const results = new Map<FaultName, ReturnType<typeof runWith>>();

  before(() => {
    for (const name of FAULT_NAMES) {
      const result = runs.add(() => runWith(name));
      result.catch(() => {}); // Reported by the fault's own test.
      results.set(name, result);
    }
  });

  after(() => runs.onIdle());

  for (const name of FAULT_NAMES) {
    it(`loses nothing to ${name}`, async () => {
      const result = await results.get(name);
      assert.ok(result);
      const { account, injected } = result;
      assert.ok(injected > 0, "the fault never struck");
      const { sent, raw, archived, lost, inFlight, unexpected } = account;
      assert.deepEqual({ sent, lost, inFlight, unexpected }, { sent: RECORDS, lost: 0, inFlight: 0, unexpected: 0 });
      assert.equal(raw + archived, RECORDS);
    });
  }

  it("has each message once behind RAW, however often it was delivered, and says how many were copies", async () => {
    const { account, balance } = (await results.get("duplicate-delivery")) ?? {};
    assert.ok(account && balance && isBalanced(balance.run), balance?.run.problem);
    const { rawRows, curated, semantic, rejected, duplicates, wrong } = balance.layers;
    assert.ok(duplicates > 0);
    assert.deepEqual(
      [rawRows - duplicates, curated, semantic + rejected, wrong],
      [account.raw, account.raw, account.raw, 0],
    );
  });
});
