import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../../local/graph/evaluate.ts";
import { readStackFiles } from "../../../local/graph/stack-files.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { config } = readStackFiles(root, "dev");

/** CPU seconds of evaluating a stack of so many topics: what else runs on the machine hardly changes them. */
async function cpuOf(topics: number): Promise<number> {
  const names = Array.from({ length: topics }, (_, index) => [`topic-${index}`, {}]);
  const before = process.cpuUsage();
  const { resources } = await evaluate("dev", {
    config: {
      ...config,
      "lean-ops:topics": JSON.stringify(Object.fromEntries(names)),
      "lean-ops:account": JSON.stringify({ concurrency: 100_000 }),
      "lean-ops:lake": JSON.stringify({ optimizers: "catalog" }),
    },
    registered: () => undefined,
  });
  assert.ok(resources.length > topics * 6);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe("the time of an evaluation", function () {
  this.timeout(120_000);

  it("grows no faster than the number of topics", async () => {
    // Loads the modules, and bundles the functions.
    await cpuOf(1);
    const few = Math.min(await cpuOf(25), await cpuOf(25));
    const many = await cpuOf(100);
    // Four times the topics: quadratic work would be sixteen times.
    assert.ok(many < 9 * few, `25 topics took ${few} s, 100 took ${many} s`);
  });
});
