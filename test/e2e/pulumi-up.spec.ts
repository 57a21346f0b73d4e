import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../local/graph/evaluate.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import { runUnderLanguageHost } from "../support/engine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the program under Pulumi's own language host", function () {
  this.timeout(240_000);

  for (const stack of ["dev", "prod"]) {
    it(`registers for ${stack} what the stack graph holds`, async () => {
      const { exitCode, registered, messages } = await runUnderLanguageHost(root, readStackFiles(root, stack), false);
      assert.equal(exitCode, 0, messages);
      const { resources } = await evaluate(stack);
      assert.deepEqual(registered.sort(), resources.map(({ type, name }) => `${type} ${name}`).sort());
      assert.equal(messages, "");
    });
  }

  it("previews a stack that does not exist yet, where outputs are unknown", async () => {
    const { exitCode, registered, messages } = await runUnderLanguageHost(root, readStackFiles(root, "prod"), true);
    assert.equal(exitCode, 0, messages);
    assert.equal(registered.length, (await evaluate("prod")).resources.length);
  });

  it("stops at bad settings before any resource, and names every one of them", async () => {
    const files = readStackFiles(root, "dev");
    const config = { ...files.config, "lean-ops:topics": '{"Orders":{}}', "lean-ops:queue": '{"maxReceiveCount":0}' };
    const { exitCode, registered, messages } = await runUnderLanguageHost(root, { ...files, config }, true);
    assert.notEqual(exitCode, 0);
    assert.deepEqual(registered, ["pulumi:pulumi:Stack lean-ops-dev"]);
    assert.match(messages, /topics\.Orders/);
    assert.match(messages, /queue\.maxReceiveCount/);
  });
});
