import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { failureDelay } from "../../functions/sqs-processor/visibility.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import { SettingsError } from "../../settings/errors.ts";
import { readSettings } from "../../settings/index.ts";
import { loadSettings } from "../../settings/load.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

async function inStack(config: Record<string, string>, secretKeys: string[] = []): Promise<void> {
  pulumi.runtime.setAllConfig(config, secretKeys);
  const mocks = { newResource: () => ({ id: "id", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(mocks, "lean-ops", "test");
}

describe("the settings of the stack that is evaluated", () => {
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("are read from Pulumi's configuration", async () => {
    await inStack({ "lean-ops:topics": '{"orders":{"maximumConcurrency":3}}', "aws:region": "eu-west-1" });
    assert.deepEqual(readSettings().topics, { orders: { maximumConcurrency: 3 } });
  });

  it("show no value that Pulumi holds as a secret", async () => {
    const config = { "lean-ops:topics": '{"orders":{}}', "lean-ops:lake": '{"optimizers":"hush"}' };
    await inStack(config, ["lean-ops:lake"]);
    assert.throws(readSettings, (error) => {
      assert(error instanceof SettingsError);
      assert.doesNotMatch(error.message, /hush/);
      assert.match(error.message, /lake\.optimizers: .*\(got a secret\)/);
      return true;
    });
  });

  it("end the program without a stack trace where they do not hold", async () => {
    await inStack({});
    assert.throws(readSettings, (error) => pulumi.RunError.isInstance(error));
  });
});

describe("the settings that ship", () => {
  it("dev: three topics, rows within a second, nothing protected", () => {
    const settings = loadSettings(readStackFiles(root, "dev"));
    assert.deepEqual(Object.keys(settings.topics), ["events", "orders", "payments"]);
    assert(settings.delivery.bufferSeconds + settings.delivery.transform.bufferSeconds <= 1);
    assert.equal(settings.deletionProtection, false);
  });

  it("prod: protected, with larger files than dev's", () => {
    const settings = loadSettings(readStackFiles(root, "prod"));
    assert.equal(settings.deletionProtection, true);
    assert(settings.delivery.bufferMb > loadSettings(readStackFiles(root, "dev")).delivery.bufferMb);
  });

  for (const stack of ["dev", "prod"]) {
    it(`${stack}: the schedule of retries that the rest is built on`, () => {
      const { processor, queue } = loadSettings(readStackFiles(root, stack));
      assert.deepEqual([processor.timeoutSeconds, queue.visibilityTimeoutSeconds, queue.maxReceiveCount], [30, 90, 10]);
      assert.deepEqual([processor.batchSize, processor.batchWindowSeconds], [100, 1]);
    });

    it(`${stack}: receives left over after Firehose was away for an hour`, () => {
      const { queue } = loadSettings(readStackFiles(root, stack));
      assert.equal(mostReceives(3600), 7);
      assert(queue.maxReceiveCount > mostReceives(3600));
    });

    it(`${stack}: tags on everything`, () => {
      const { config } = readStackFiles(root, stack);
      assert.deepEqual(JSON.parse(config["aws:defaultTags"] ?? ""), {
        tags: { project: "lean-ops", stack, "managed-by": "pulumi" },
      });
    });
  }
});

/** Of the circuit breaker, in seconds: when it has stopped every mapping, and how it tries again. */
const BREAKER = { stopped: 310, coolDown: 300, longestCoolDown: 900, probe: 120 };

/** Receives that an outage can cost a message, if chance gives it the shortest delay each time. */
function mostReceives(outageSeconds: number): number {
  const shortest = (receives: number) => failureDelay("FIREHOSE_UNAVAILABLE", receives).shortest;
  let receives = 0;
  const receiveFrom = (begin: number, end: number) => {
    for (let at = begin; at < end; at += shortest(receives)) receives++;
  };
  receiveFrom(0, BREAKER.stopped);
  let coolDown = BREAKER.coolDown;
  for (let at = BREAKER.stopped + coolDown; at < outageSeconds; at += BREAKER.probe + coolDown) {
    receiveFrom(at, at + BREAKER.probe);
    coolDown = Math.min(coolDown * 2, BREAKER.longestCoolDown);
  }
  return receives;
}
