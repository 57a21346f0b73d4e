import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { failureDelay } from "../../functions/sqs-processor/visibility.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import { SettingsError } from "../../settings/errors.ts";
import { readSettings } from "../../settings/index.ts";
import { loadSettings } from "../../settings/load.ts";
import { settingsSchema } from "../../settings/schema.ts";

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
    assert.equal(readSettings().topics.orders?.maximumConcurrency, 3);
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

describe("the least maxReceiveCount", () => {
  const accepts = (maxReceiveCount: number) =>
    settingsSchema.safeParse({ topics: {}, queue: { maxReceiveCount } }).success;

  it("is the least that outlasts an hour without Firehose", () => {
    const least = [7, 8, 9, 10, 11].find((receives) => shortestLife(receives) > 3600);
    assert.equal(least, 10);
    assert.deepEqual([accepts(9), accepts(10)], [false, true]);
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

    it(`${stack}: nothing dead-lettered while Firehose is away for an hour`, () => {
      const { queue } = loadSettings(readStackFiles(root, stack));
      assert(shortestLife(queue.maxReceiveCount) > 3600);
    });

    it(`${stack}: tags on everything`, () => {
      const { config } = readStackFiles(root, stack);
      assert.deepEqual(JSON.parse(config["aws:defaultTags"] ?? ""), {
        tags: { project: "lean-ops", stack, "managed-by": "pulumi" },
      });
    });
  }
});

/** Seconds from the first receive of a message to its dead-lettering, if each delay is the shortest. */
function shortestLife(receives: number): number {
  const delays = Array.from({ length: receives }, (_, n) => failureDelay("FIREHOSE_UNAVAILABLE", n + 1).shortest);
  return delays.reduce((sum, delay) => sum + delay, 0);
}
